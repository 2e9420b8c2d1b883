"""A made-up reproduction with every kind of verdict; as a script it prints the golden text.

python -m tests.cli.example > tests/cli/golden/check.txt
"""

from __future__ import annotations

import math
import sys
import tomllib
from decimal import Decimal

import pandas as pd

from survkit.cli.terminal import Screen
from survkit.cli.text.closing import summary_text
from survkit.cli.text.verdicts import trial_text
from survkit.comparison import compare_figures
from survkit.reconstruction import Provenance, Reconstruction
from survkit.refit import Estimate, Refit
from survkit.reproduction import AnalysisReproduction, Reproduction
from survkit.trial import trial_from_document

__all__ = ["example_text", "make_example"]

_TRIAL = """\
spec_version = 1
id = "example-1"
name = "EXAMPLE-1"

[sources.authors-2020]
citation = "Authors et al. A journal 2020"

[sources.review]
citation = "A review"

[[analysis]]
id = "pfs-local"
endpoint = "PFS"
assessment = "investigator"
population = "ITT"
time_unit = "month"
source = "authors-2020"
differences = "The printed model is stratified, the strata are not printed."

[[analysis.arm]]
id = "control"
n = 100
events = { value = 80, verified = false }
median = { value = 4.6, ci = [3.1, 5.4] }
survival = [{ time = 18, percent = 9, ci = [4, 16], role = "check" }]

[[analysis.arm]]
id = "active"
n = 101
median = { value = "not reached", ci = { lower = 8.4, upper = "not reached", source = "review" } }

[[analysis.contrast]]
experimental = "active"
reference = "control"

[analysis.contrast.hazard_ratio]
value = 0.35
ci = [0.27, 0.45]
tolerance = { absolute = 0.02, reason = "the printed model is adjusted" }

[analysis.contrast.p_value]
value = "<0.001"
stratified = true
role = "check"
"""

_ESTIMATES = {
    "n": 100.0,
    "events": 81.0,
    "median": 4.63,
    "median_lower": 3.12,
    "median_upper": 5.351,
    "survival": 1.33,
    "survival_lower": 0.4,
    "survival_upper": 16.2,
    "hazard_ratio": 0.366,
    "hazard_ratio_lower": 0.2701,
    "hazard_ratio_upper": 0.4511,
}
_OF_ACTIVE = {"n": 101.0, "median": math.inf, "median_lower": 8.39, "median_upper": math.inf}


def make_example(*, missed: bool) -> Reproduction:
    """Make the reproduction; with `missed`, one input is off by one patient."""
    trial = trial_from_document(tomllib.loads(_TRIAL, parse_float=Decimal), origin="example.toml")
    (analysis,) = trial.analyses
    estimates = []
    for figure in analysis.figures:
        value = (_OF_ACTIVE if figure.key.subject == "active" else _ESTIMATES).get(figure.key.name)
        if figure.key.quantity == "events" and not missed:
            value = 80.0
        reason = "the printed test is stratified, the strata are not known"
        estimates.append(Estimate(math.nan, reason) if value is None else Estimate(value))
    result = AnalysisReproduction(
        analysis=analysis,
        reconstruction=Reconstruction(
            analysis=analysis,
            ipd=pd.DataFrame({"time": [], "event": [], "arm": []}),
            decimals=2,
            matches=(),
            assumptions=("maximum follow-up is not printed: 30.4 months are assumed",),
            provenance=Provenance(
                method="made up", spec_digest="0" * 64, ipd_digest="1" * 64, versions={}
            ),
        ),
        refit=Refit(
            estimates=tuple(estimates),
            curves={},
            proportional_hazards={"active vs control": 0.47},
        ),
        comparisons=compare_figures(analysis.figures, estimates),
    )
    return Reproduction(trial=trial, analyses=(result,))


def example_text(screen: Screen, *, missed: bool) -> str:
    """Render the reproduction the way ``survkit check`` prints it."""
    reproduction = make_example(missed=missed)
    return trial_text(reproduction, screen) + summary_text([reproduction], screen)


if __name__ == "__main__":
    sys.stdout.write(example_text(Screen(80), missed=True))
