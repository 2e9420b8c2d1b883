"""The end of a check: a row per analysis, what fails the run, and what it all means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from survkit.cli.text.layout import Cell, paragraph, table
from survkit.cli.text.verdicts import STYLES
from survkit.comparison import Verdict
from survkit.results import list_outcomes
from survkit.wording import count_agreeing, plural, share_agreeing

if TYPE_CHECKING:
    from survkit.cli.terminal import Screen
    from survkit.reproduction import AnalysisReproduction, Reproduction
    from survkit.second_opinion import Opinion, RSurvival
    from survkit.trial import Trial

__all__ = ["opinion_text", "summary_text"]


def summary_text(
    reproductions: Sequence[Reproduction], screen: Screen, notes: Sequence[str] = ()
) -> str:
    """Sum up a run: a row per analysis, and what it means."""
    results = [result for reproduction in reproductions for result in reproduction.analyses]
    titles = ("trial", "analysis", "inputs", "checks", "verdict")
    rows = [[Cell(title, "faint", right=title in {"inputs", "checks"}) for title in titles]]
    rows += [
        _summary_row(reproduction.trial, result)
        for reproduction in reproductions
        for result in reproduction.analyses
    ]
    lines = [screen.paint("Summary", "strong"), *table(rows, screen), ""]
    if failures := list(_failures(reproductions, screen)):
        lines += [*failures, ""]
    for sentence in (*_meaning(results), *notes):
        lines += paragraph(sentence, screen)
    return "".join(f"{line}\n" for line in lines)


def opinion_text(program: RSurvival, opinions: Sequence[Opinion]) -> str:
    """Sum up how many of R's values are lifelines', differ by a convention, or contradict it."""
    agreeing = sum(opinion.agrees for opinion in opinions)
    explained = sum(opinion.convention is not None for opinion in opinions)
    contradicting = sum(opinion.contradicts for opinion in opinions)
    parts = [
        f"R {program.versions['R']} with survival {program.versions['survival']} agrees with "
        f"lifelines to 1e-6 relative on {agreeing} of {plural(len(opinions), 'figure')}"
    ]
    if explained:
        verb = "differs" if explained == 1 else "differ"
        parts.append(f"{explained} {verb} by a named convention")
    if contradicting:
        parts.append(f"{contradicting} without an explanation")
    return f"{'; '.join(parts)}."


def _summary_row(trial: Trial, result: AnalysisReproduction) -> list[Cell]:
    """Sum up one analysis."""
    verdict = result.verdict
    return [
        Cell(trial.id),
        Cell(result.analysis.id),
        Cell(share_agreeing(result.inputs), right=True),
        Cell(share_agreeing(result.checks), right=True),
        Cell(verdict.value, STYLES[verdict]),
    ]


def _failures(reproductions: Sequence[Reproduction], screen: Screen) -> Iterator[str]:
    """Name every figure that fails the run, as pytest and JUnit files name it."""
    for reproduction in reproductions:
        for result in reproduction.analyses:
            for outcome in list_outcomes(reproduction.trial, result):
                if outcome.status == "failed":
                    values = outcome.explanation.partition("\n")[0]
                    yield from paragraph(f"{outcome.address}: {values}", screen)


def _meaning(results: Sequence[AnalysisReproduction]) -> Iterator[str]:
    """Say what the run means for somebody who wants to use the patients."""
    found = [comparison for result in results for comparison in result.comparisons]
    missed = sum(not result.reproduced for result in results)
    if missed:
        yield (
            f"{missed} of {plural(len(results), 'analysis', 'analyses')} missed: refitted with "
            "lifelines, its patients do not print every figure that binds. No patients were found "
            "that do: a figure may be mistyped, the printed model another one, or the search "
            "too short."
        )
    else:
        tolerant = any(each.verdict is Verdict.WITHIN_TOLERANCE for each in found)
        how = "or stay within its stated tolerance" if tolerant else "digit for digit"
        yield (
            f"{plural(len(results), 'analysis', 'analyses')} reproduced: refitted with lifelines, "
            f"the synthetic patients print every input figure, {how}."
        )
    if checks := [each for each in found if each.figure.role == "check"]:
        yield (
            f"Checks had no part in making them: {count_agreeing(checks)} of {len(checks)} agree. "
            "A missed check is a limit of the inputs, and fails a run only with a stated tolerance."
        )
    if silent := sum(each.verdict is Verdict.NOT_COMPARABLE for each in found):
        yield f"{plural(silent, 'figure')} could not be compared, for the reasons above."
