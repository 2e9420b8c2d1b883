"""The two-arm Cox kernel beside lifelines, scikit-survival and R's coxph, on the same patients.

Times are continuous, so that there are no ties and all four maximise the same likelihood. Each time
is the median of a few runs in this process; R times its own call, data already in memory.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter

from survkit.kernels import fit_two_arm_cox, tabulate_two_arms

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (400, 4_000, 100_000)
AT_LEAST = 50.0
"""How many times faster than lifelines the kernel has to be."""
SAME = 1e-8
"""Largest difference of a coefficient."""

R_SCRIPT = """
suppressMessages(library(survival))
patients <- read.csv(commandArgs(TRUE)[1])
runs <- as.integer(commandArgs(TRUE)[2])
control <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 50)
took <- numeric(runs)
for (run in seq_len(runs)) {
  took[run] <- system.time(
    fit <- coxph(Surv(time, event) ~ arm, patients, control = control))[["elapsed"]]
}
cat(sprintf("%.17g %.17g\\n", median(took), coef(fit)))
"""


def main() -> int:
    """Print the table; 1 if the kernel is too slow or differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    rows = [_compare(size) for size in parser.parse_args().sizes]
    table = pd.DataFrame(rows).set_index("patients")
    print(table.to_string(float_format=lambda value: f"{value:.4g}", na_rep="not here"))
    fast = bool((table["lifelines / kernel"] >= AT_LEAST).all())
    same = bool((table["largest difference"] <= SAME).all())
    print(f"at least {AT_LEAST:g} times faster than lifelines: {'yes' if fast else 'NO'}")
    print(f"same coefficient to {SAME:g}: {'yes' if same else 'NO'}")
    return 0 if fast and same else 1


def _patients(size: int) -> pd.DataFrame:
    generator = np.random.default_rng(size)
    arm = np.arange(size) % 2
    event_time = generator.exponential(np.where(arm == 1, 1.4, 1.0))
    censoring = generator.exponential(2.0, size)
    return pd.DataFrame(
        {
            "time": np.minimum(event_time, censoring),
            "event": (event_time <= censoring).astype(int),
            "arm": arm,
        }
    )


def _compare(size: int) -> dict[str, float]:
    patients = _patients(size)
    runs = 3 if size < 50_000 else 1
    time_, event, arm = (patients[column].to_numpy() for column in ("time", "event", "arm"))
    kernel = _clock(
        lambda: fit_two_arm_cox(tabulate_two_arms(time_, event == 1, arm == 1)).log_hazard_ratio,
        9,
    )
    others = {
        "lifelines": _clock(lambda: _lifelines(patients), runs),
        "scikit-survival": _scikit_survival(patients, runs),
        "R": _r(patients, runs),
    }
    row = {"patients": size, "kernel, ms": 1e3 * kernel[0]}
    row |= {f"{name}, ms": 1e3 * found[0] for name, found in others.items()}
    row |= {f"{name} / kernel": found[0] / kernel[0] for name, found in others.items()}
    differences = [abs(found[1] - kernel[1]) for found in others.values()]
    return row | {"largest difference": float(np.nanmax(differences))}


def _clock(function: Callable[[], float], runs: int) -> tuple[float, float]:
    """Median seconds of a few runs, and what the last one returned."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        value = function()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds)), float(value)


def _lifelines(patients: pd.DataFrame) -> float:
    fitter = CoxPHFitter()
    fitter.fit(patients, "time", "event", fit_options={"precision": 1e-16})
    return fitter.params_["arm"]


def _scikit_survival(patients: pd.DataFrame, runs: int) -> tuple[float, float]:
    try:
        from sksurv.linear_model import CoxPHSurvivalAnalysis  # noqa: PLC0415, only if installed
        from sksurv.util import Surv  # noqa: PLC0415
    except ImportError:
        return np.nan, np.nan
    outcome = Surv.from_arrays(patients["event"] == 1, patients["time"])
    covariate = patients[["arm"]].astype(float)
    return _clock(lambda: CoxPHSurvivalAnalysis(tol=1e-14).fit(covariate, outcome).coef_[0], runs)


def _r(patients: pd.DataFrame, runs: int) -> tuple[float, float]:
    program = shutil.which("Rscript")
    if program is None:
        return np.nan, np.nan
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "patients.csv")
        patients.to_csv(file, index=False, float_format="%.17g")
        call = [program, "-e", R_SCRIPT, str(file), str(runs)]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
    if done.returncode:
        return np.nan, np.nan
    seconds, coefficient = done.stdout.split()
    return float(seconds), float(coefficient)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
