"""Numbers at risk below a figure: equalities, or intervals where rounded or doubtful."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RiskTable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskTable:
    """
    One arm's numbers at risk.

    Parameters
    ----------
    times : tuple of float, length k
        Times from 0, ascending, all different, in the unit of the figure's axis.
    counts : tuple of int, length k
        Patients with a time at or after each of these, as printed; they may rise, which is a
        contradiction that `check_curve` reports.
    lower, upper : tuple of int, length k
        The least and the most that each number may be; both equal `counts` unless a number is
        rounded or doubtful.
    total_events : int or None
        The arm's events, where the table has them.
    name : str
        The arm's name in the file, or the file's.
    origin : str
        File and layout.
    remarks : tuple of str
        Everything that was detected, changed or left out, a sentence each.

    Examples
    --------
    >>> table = RiskTable(times=(0.0, 6.0), counts=(80, 32), lower=(80, 30), upper=(80, 34))
    >>> table.exact
    (True, False)
    """

    times: tuple[float, ...]
    counts: tuple[int, ...]
    lower: tuple[int, ...]
    upper: tuple[int, ...]
    total_events: int | None = None
    name: str = ""
    origin: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def exact(self) -> tuple[bool, ...]:
        """Whether each number is an equality."""
        return tuple(low == high for low, high in zip(self.lower, self.upper, strict=True))
