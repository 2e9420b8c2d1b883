"""Stages 3 and 4 where patients are assessed at visits: events tied at visits, every figure held.

The path: `grid` lays the slots and asks `questions` of each arm's curve; `counts` puts the order of
leaving on it; `relaxation` moves fractions of patients, `moves` and `search` whole ones, judged by
`state` from the `terms` of each slot; `stratified` aims the search where the model has strata;
`reading` runs all of it and makes patients of the result.
"""

from __future__ import annotations

from survkit.reconstruction.visits.reading import Reading, read_at_visits

__all__ = ["Reading", "read_at_visits"]
