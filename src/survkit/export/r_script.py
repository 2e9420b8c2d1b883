"""An R script that reads the CSV of patients and analyses them again."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from survkit.characters import visible, without_commands
from survkit.export.arguments import check_patients
from survkit.export.patients import SYNTHETIC

if TYPE_CHECKING:
    from collections.abc import Iterable

    from survkit.reconstruction import Reconstruction
    from survkit.trial import Analysis, Contrast, Trial

__all__ = ["r_script"]

_PLACE = re.compile("@([A-Z]+)@")
_MODEL = "Surv(time, event) ~ arm"


def r_script(reconstruction: Reconstruction, trial: Trial) -> str:
    """
    Write an R script that reruns Kaplan-Meier and Cox on the CSV of the patients.

    Parameters
    ----------
    reconstruction : Reconstruction
        The patients.
    trial : Trial
        The trial whose analysis was reconstructed.

    Returns
    -------
    str
        A script for Rscript and R's package survival. It reads the file named by its argument, or
        ``<trial>-<analysis>.csv`` beside it, as `csv_text` writes it.
    """
    check_patients(reconstruction, trial, "r_script")
    analysis, ipd = reconstruction.analysis, reconstruction.ipd
    stem = f"{trial.id}-{analysis.id}"
    by_stratum = f"{_MODEL} + strata(stratum)"
    known = "stratum" in ipd
    words = {
        "SYNTHETIC": SYNTHETIC,
        "TITLE": _comment(
            f"{trial.name}, {analysis.id} ({analysis.endpoint}, in {analysis.time_unit}s)"
        ),
        "COMMAND": f"survkit export {trial.id} --analysis {analysis.id} -o {stem}.csv",
        "CSV": f"{stem}.csv",
        "ARMS": ", ".join(_text(arm) for arm in ipd["arm"].cat.categories),
        "UNIT": analysis.time_unit,
        "SCALE": analysis.median_scale,
        "TIES": analysis.ties,
        "MODEL": by_stratum if known and analysis.stratified else _MODEL,
        "SURVIVAL": _survival(analysis),
        "CONTRASTS": "".join(
            f"compare({_text(contrast.experimental)}, {_text(contrast.reference)}"
            + (f", {by_stratum})\n" if known and _stratified_test(contrast) else ")\n")
            for contrast in analysis.contrasts
        ),
        "PRINTED": "\n".join(_printed(analysis)),
    }
    script = files("survkit.export").joinpath("analysis.R").read_text("utf-8")
    return _PLACE.sub(lambda found: words[found[1]], script)


def _stratified_test(contrast: Contrast) -> bool:
    return contrast.p_value is not None and contrast.p_value.stratified


def _survival(analysis: Analysis) -> str:
    """Ask for the curves at the printed times."""
    printed = (
        figure.key for figure in analysis.figures if figure.key.name in {"survival", "at_risk"}
    )
    times = sorted({key.instant for key in printed})
    if not times:
        return ""
    listed = ", ".join(f"{time:g}" for time in times)
    scale = analysis.survival_scale
    return (
        f'\ncurves <- survfit(Surv(time, event) ~ arm, data = patients, conf.type = "{scale}")\n'
        f"print(summary(curves, times = c({listed}), extend = TRUE))\n"
    )


def _printed(analysis: Analysis) -> Iterable[str]:
    """List the printed figures."""
    for figure in analysis.figures:
        yield _comment(f"#   {figure.key}: {figure.printed} ({figure.role}, {figure.source})")


def _comment(text: str) -> str:
    """Keep a comment on its line."""
    return without_commands(visible(text))


def _text(word: str) -> str:
    """Write a string of R's."""
    escaped = visible(word.replace("\\", "\\\\").replace('"', '\\"'))
    return f'"{escaped}"'
