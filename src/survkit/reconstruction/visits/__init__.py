"""Stages 3 and 4 where patients are assessed at visits: events tied at visits, every figure held.

The path, in the order of calls:

- `reading`: the way in and out; `stratified` aims it where the model has strata
- `attempt`: the steps below on one grid of slots, ever more widely
- `grid`, `questions`: the slots, and what is asked of each arm's curve there
- `counts`: the order of leaving of stage 2 on the grid, and patients made of it
- `relaxation`: fractions of patients that nearly meet all figures
- `profiles`: whole patients near to them, arm by arm; with `begun`, `thinning` and `rival`
- `pairing`: which profiles of the arms go together
- `search`, `moves`: single patients moved for what is left
- `state`, `terms`: where the figures stand, from what each slot adds to them
"""

from __future__ import annotations

from survkit.reconstruction.visits.assess import Reading, read_at_visits

__all__ = ["Reading", "read_at_visits"]
