"""The table of families: what each stage asks of the figures, family by family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.reconstruction.constraints.families import (
    areas,
    contrast,
    counts,
    quantiles,
    ratios,
    survival,
    together,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from survkit.kernels.cells import Cells
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.constraints.residual import Residual
    from survkit.reconstruction.constraints.sample import ArmSample, ContrastSample
    from survkit.trial import Figure

__all__ = ["ARM_MEASURES", "CONTRAST_MEASURES", "OVERALL_MEASURES", "expect_figures"]

ARM_MEASURES: dict[str, Callable[[ArmSample, Figure], float]] = (
    counts.MEASURES | quantiles.MEASURES | survival.MEASURES | areas.ARM_MEASURES
)
"""How the quantities of an arm are computed from patients."""
CONTRAST_MEASURES: dict[str, Callable[[ContrastSample, Figure], float]] = (
    ratios.MEASURES | areas.CONTRAST_MEASURES | survival.CONTRAST_MEASURES
)
"""How the quantities of two arms are computed from patients."""
OVERALL_MEASURES: dict[str, Callable[[Sequence[ArmSample], Figure], float]] = together.MEASURES
"""How the quantities of all arms together are computed from patients."""


def expect_figures(constraints: AnalysisConstraints, arms: Sequence[Cells]) -> Iterator[Residual]:
    """Hold a population against every figure."""
    for index, (arm, cells) in enumerate(zip(constraints.arms, arms, strict=True)):
        counted = {time for time, _ in arm.at_risk}
        end = float(cells.edges[-1]) if arm.end is None else arm.end.middle
        yield from counts.expect_events(index, arm.events, cells)
        yield from quantiles.expect_quantiles(
            index, (*arm.quantiles, *arm.guides), arm.n, end, cells
        )
        yield from survival.expect_survival(index, arm.survival, counted, arm.n, cells)
        yield from counts.expect_at_risk(index, arm.at_risk, arm.n, cells)
    for pair in constraints.contrasts:
        yield from contrast.expect_contrast(pair, arms)
    sizes = [arm.n for arm in constraints.arms]
    for area in constraints.areas:
        yield from areas.expect_area(area, sizes, arms)
    yield from counts.expect_total_events(constraints.total_events, arms)
