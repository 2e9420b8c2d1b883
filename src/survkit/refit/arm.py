"""One arm's figures, read off its Kaplan-Meier curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from survkit.kernels import quantile_of_rest, symmetric_limits, two_sided_quantile
from survkit.quantity import SHARES
from survkit.refit.curve import KaplanMeierRefit
from survkit.refit.estimate import Estimate
from survkit.trial import as_survival

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from survkit.printed import Printed
    from survkit.trial import Analysis, Figure

__all__ = ["ArmRefit", "side_of"]


class ArmRefit:
    """
    One arm, analysed.

    Parameters
    ----------
    patients : pandas.DataFrame
        The patients of the arm, columns ``time`` and ``event``.
    analysis : Analysis
        Whose conventions apply.
    """

    def __init__(self, patients: pd.DataFrame, analysis: Analysis) -> None:
        self.curve = KaplanMeierRefit(patients["time"], patients["event"])
        self._follow_up = KaplanMeierRefit(patients["time"], 1 - patients["event"])
        self._patients = patients
        self._analysis = analysis

    def estimate(self, figure: Figure) -> Estimate:
        """
        Say what the arm gives for a figure.

        Parameters
        ----------
        figure : Figure
            A figure of the arm.

        Returns
        -------
        Estimate
            In the figure's unit.
        """
        return _READINGS[figure.key.quantity](self, figure)

    def ends_before(self, time: float) -> str | None:
        """Tell whether the curve ends before a point in time."""
        end = self.curve.end
        return f"ends at {end:g}" if time > end else None

    def _quantile(self, figure: Figure) -> Estimate:
        """Read a quantile of the time to event, or a limit of it."""
        return self._read_quantile(self.curve, figure)

    def _median_follow_up(self, figure: Figure) -> Estimate:
        """
        Read the median follow-up, or a limit of it, off the reverse Kaplan-Meier curve.

        Events and censorings change places, so that the follow-up of patients with the event
        counts as cut short by it (Schemper and Smith, Control Clin Trials 1996;17:343-6). At a
        time that both share, those with the event are still at risk, as when the indicator is
        turned over in R or SAS.
        """
        return self._read_quantile(self._follow_up, figure)

    def _read_quantile(self, curve: KaplanMeierRefit, figure: Figure) -> Estimate:
        share = SHARES[figure.key.quantity]
        if not figure.key.is_limit:
            return Estimate(self._quantile_of(curve, share, figure.printed))
        if self._analysis.median_interval == "symmetric":
            estimate, error = self._quantile_of(curve, share, None), curve.error_of_quantile(share)
            both = symmetric_limits(estimate, error, two_sided_quantile(figure.level))
            return Estimate(both[1 if figure.key.side == "upper" else 0])
        scale = self._analysis.median_scale
        return Estimate(curve.quantile_limit(share, figure.level, scale, side_of(figure)))

    def _quantile_of(self, curve: KaplanMeierRefit, share: float, printed: Printed | None) -> float:
        """Read a quantile as lifelines does, or as the publication where the curve rests on it."""
        read = curve.median if share == 0.5 else curve.quantile(share)
        rest, plateau = curve.rest(share), self._analysis.plateau
        if rest is None or (plateau is None and (printed is None or printed.admits(read))):
            return read
        found = quantile_of_rest(rest, plateau, printed)
        return found if plateau or (printed and printed.admits(found)) else read

    def _survival(self, figure: Figure) -> Estimate:
        """
        Read the curve, or a limit of it, at a point in time.

        Where the paper itself prints a follow-up that ends before, its program drew the last step
        out, and so does this.
        """
        time = figure.key.instant
        ends = self.ends_before(time)
        if ends and not self._analysis.draws_on(figure):
            return Estimate.none(f"the synthetic follow-up of the arm {ends}")
        if not figure.key.is_limit:
            return Estimate(100.0 * self.curve.survival(time))
        if self.curve.survival(time) == 0.0:
            return Estimate.none("a curve that has ended at zero has no limits")
        scale = self._analysis.survival_scale
        return Estimate(
            100.0 * self.curve.survival_limit(time, figure.level, scale, side_of(figure))
        )

    def _incidence(self, figure: Figure) -> Estimate:
        """Read what survival, or the other limit of it, leaves to 100 %."""
        survival = self._survival(as_survival(figure))
        return Estimate(100.0 - survival.value, survival.reason)

    def _restricted_mean(self, figure: Figure) -> Estimate:
        """Read an area under the curve, or a limit of it."""
        if ends := self.ends_before(figure.key.instant):
            return Estimate.none(f"the synthetic follow-up of the arm {ends}")
        area = self.curve.restricted_mean(figure.key.instant)
        if not figure.key.is_limit:
            return Estimate(area.mean)
        return Estimate(area.limit(figure.level, side_of(figure)))

    def _at_risk(self, figure: Figure) -> Estimate:
        """Count as journals do: lifelines leaves out who leaves at that time (its issue 1316)."""
        return Estimate(float((self._patients["time"] >= figure.key.instant).sum()))

    def _count(self, figure: Figure) -> Estimate:
        whole = len(self._patients) if figure.key.quantity == "n" else self._patients["event"].sum()
        return Estimate(float(whole))

    def _event_rate(self, _: Figure) -> Estimate:
        """Divide events by the years of observation of all patients, per 100 of them."""
        years = float(self._patients["time"].sum()) / self._analysis.year
        if years == 0.0:
            return Estimate.none("nobody is observed for any time")
        return Estimate(100.0 * float(self._patients["event"].sum()) / years)

    def _max_follow_up(self, _: Figure) -> Estimate:
        return Estimate(float(self._patients["time"].max()))


def side_of(figure: Figure) -> Literal["lower", "upper"]:
    """Tell which limit a figure is."""
    return "upper" if figure.key.side == "upper" else "lower"


_READINGS: dict[str, Callable[[ArmRefit, Figure], Estimate]] = {
    "n": ArmRefit._count,
    "events": ArmRefit._count,
    "median": ArmRefit._quantile,
    "lower_quartile": ArmRefit._quantile,
    "upper_quartile": ArmRefit._quantile,
    "survival": ArmRefit._survival,
    "incidence": ArmRefit._incidence,
    "at_risk": ArmRefit._at_risk,
    "rmst": ArmRefit._restricted_mean,
    "median_follow_up": ArmRefit._median_follow_up,
    "overall_median_follow_up": ArmRefit._median_follow_up,
    "max_follow_up": ArmRefit._max_follow_up,
    "event_rate": ArmRefit._event_rate,
}
