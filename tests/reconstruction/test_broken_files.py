"""Files that ended in a traceback once: refused in a sentence, or reconstructed as far as can be."""

from __future__ import annotations

from pathlib import Path

import pytest

from survkit.errors import SurvkitError
from survkit.reconstruction import reconstruct_analysis
from survkit.refit import refit_ipd
from survkit.trial import read_trial

BROKEN = sorted((Path(__file__).parents[1] / "specs" / "broken").glob("*.toml"))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_ends_in_patients_or_in_a_sentence(path: Path) -> None:
    try:
        (analysis,) = read_trial(path).analyses
        made = reconstruct_analysis(analysis)
    except SurvkitError as error:
        assert len(str(error).splitlines()) == 1
        return
    assert len(made.ipd) == sum(arm.n.printed.value for arm in analysis.arms)
    assert refit_ipd(made.ipd, analysis).estimates
