"""Files that ended in a traceback once: refused, or reconstructed as far as can be."""

from __future__ import annotations

from pathlib import Path

import pytest

from survkit.errors import ReconstructionError, TrialFileError
from survkit.reconstruction import reconstruct_analysis
from survkit.refit import refit_ipd
from survkit.trial import read_trial

BROKEN = sorted((Path(__file__).parents[1] / "specs" / "broken").glob("*.toml"))


REFUSED = {"p-below-zero"}


@pytest.mark.slow
@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_ends_in_patients_or_in_a_sentence(path: Path) -> None:
    if path.stem in REFUSED:
        with pytest.raises(TrialFileError, match="must be a number from 0 to 1 or a threshold"):
            read_trial(path)
        return
    (analysis,) = read_trial(path).analyses
    try:
        made = reconstruct_analysis(analysis)
    except ReconstructionError:
        return
    assert len(made.ipd) == sum(arm.n.printed.value for arm in analysis.arms)
    assert refit_ipd(made.ipd, analysis).estimates
