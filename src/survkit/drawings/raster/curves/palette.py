"""The colours that lines are drawn in: by hue, and one group for black and grey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import ndimage

if TYPE_CHECKING:
    from survkit.drawings.raster.canvas import Canvas
    from survkit.drawings.raster.ink import Grey

__all__ = ["Hue", "hue_of", "hues"]

_GREY = 0.14
_PALE = 0.65
_AREA = 0.55
_CROWDED = 0.8
"""Share of areas up to which ink as strong as black is marks that stand close, and no bands."""
_STRONG = 0.8
_FAINT = 0.25
"""Strength of grey that is frames and grids rather than curves, at most."""
_PALER = 0.75
"""Share of the full ink that a grey line has at most beside a black one."""
_CLEAR = 0.1
_NEAR = 24.0
_BINS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Hue:
    """
    A group of pixels of one hue.

    Attributes
    ----------
    angle : float or None
        Hue in degrees on a wheel of opponent colours, None for black and grey.
    share : ndarray of float, shape (rows, columns)
        How much of a line of this hue each pixel holds, 0 to 1.
    full : float
        Strength that counts as 1.
    hidden : ndarray of bool, shape (rows, columns)
        Pixels that other ink covers, so that nothing is known of this hue there.
    areas : float
        Share of the full ink that lies in areas wider than a line, 0 to 1: near 1 where bands
        overlap and no line is drawn in this hue.
    """

    angle: float | None
    share: Grey
    full: float
    hidden: npt.NDArray[np.bool_]
    areas: float


def hues(canvas: Canvas) -> list[Hue]:
    """List the hues that there is enough ink of, the one with most ink first."""
    angle, chroma = _wheel(canvas)
    clear = (canvas.strength > _CLEAR) & ~canvas.lines
    coloured = clear & (chroma > _GREY)
    enough = 0.12 * canvas.strength.shape[1]
    found = [
        _group(canvas, _near(angle, peak) & (chroma > 0.6 * _GREY), peak)
        for peak in _peaks(angle[coloured], canvas.strength[coloured], enough)
    ]
    grey = chroma <= _GREY
    if float(canvas.strength[grey & clear].sum()) > enough:
        dark = _group(canvas, grey, None)
        paler = _group(canvas, _paler(canvas, grey, dark.full), None)
        found += [dark, paler] if paler.full > _FAINT else [dark]
    found = [hue for hue in found if float(hue.share.sum()) > enough and _holds_lines(hue)]
    found.sort(key=lambda hue: -float(hue.share.sum()))
    return found


def _holds_lines(hue: Hue) -> bool:
    """Judge whether lines are drawn in a hue, and not only bands, which are pale."""
    return hue.areas < (_CROWDED if hue.full > _STRONG else _AREA)


def _paler(canvas: Canvas, grey: npt.NDArray[np.bool_], full: float) -> npt.NDArray[np.bool_]:
    """Pixels of grey lines beside black ones: those without stronger ink around them."""
    ink = np.where(grey & ~canvas.lines, canvas.strength, 0)
    return np.asarray(grey & (ndimage.maximum_filter(ink, 5) < _PALER * full))


def hue_of(canvas: Canvas, colour: tuple[float, float, float]) -> Hue:
    """Take the group of one colour given by hand (red, green, blue, 0 to 1)."""
    angle, chroma = _wheel(canvas)
    own = (canvas.paper - np.asarray(colour, dtype=np.float32)).reshape(1, 1, 3)
    own_angle, own_chroma = _coordinates(own)
    if float(own_chroma[0, 0]) <= _GREY:
        return _group(canvas, chroma <= _GREY, None)
    peak = float(own_angle[0, 0])
    return _group(canvas, _near(angle, peak) & (chroma > 0.6 * _GREY), peak)


def _wheel(canvas: Canvas) -> tuple[Grey, Grey]:
    return _coordinates(canvas.ink)


def _coordinates(ink: npt.NDArray[np.float32]) -> tuple[Grey, Grey]:
    """
    Angle in degrees and distance from grey of the direction in which ink departs from paper.

    Anti-aliasing mixes ink and paper, which changes the length of the difference, not its
    direction.
    """
    length = np.sqrt(np.square(ink).sum(axis=2)) + 1e-6
    first = (ink[..., 0] - ink[..., 1]) / (np.sqrt(2.0) * length)
    second = (ink[..., 0] + ink[..., 1] - 2 * ink[..., 2]) / (np.sqrt(6.0) * length)
    return np.degrees(np.arctan2(second, first)) % 360, np.hypot(first, second)


def _near(angle: Grey, peak: float, width: float = _NEAR) -> npt.NDArray[np.bool_]:
    return np.asarray(np.abs((angle - peak + 180) % 360 - 180) < width)


def _peaks(angle: Grey, weight: Grey, enough: float) -> list[float]:
    """Peaks of the histogram of hues, at least 20 degrees apart."""
    counts, _ = np.histogram(angle, bins=_BINS, range=(0, 360), weights=weight)
    smooth = ndimage.gaussian_filter1d(counts, 1.5, mode="wrap")
    peaks: list[float] = []
    for k in np.argsort(-smooth):
        place = (k + 0.5) * 360 / _BINS
        window = np.take(smooth, range(k - 3, k + 4), mode="wrap")
        mass = np.take(counts, range(k - 4, k + 5), mode="wrap").sum()
        apart = all(abs((place - peak + 180) % 360 - 180) > 20 for peak in peaks)
        if mass > enough and smooth[k] >= window.max() and apart:
            peaks.append(float(place))
    return peaks[:8]


def _group(canvas: Canvas, member: npt.NDArray[np.bool_], angle: float | None) -> Hue:
    darker = canvas.ink.mean(axis=2) > 0
    strength = np.where(member & darker & ~canvas.lines, canvas.strength, 0).astype(np.float32)
    full = _full(strength)
    share = np.clip(strength / full, 0, 1)
    area = _areas(share)
    dark = share > _PALE
    areas = float((area[dark] > _PALE).mean()) if dark.any() else 0.0
    pale = np.where(area < _PALE, area, 0)
    thin = (share - pale) / np.maximum(1 - pale, 0.3)
    share = np.where(share < 0.06, 0, thin).astype(np.float32)
    hidden = canvas.lines | ((canvas.strength > 0.35 * full) & ~member)
    return Hue(angle=angle, share=share, full=full, hidden=hidden, areas=areas)


def _full(strength: Grey) -> float:
    """Strength of a pixel that a line covers whole."""
    inked = strength[strength > _CLEAR]
    if not inked.size:
        return 1.0
    high = float(np.quantile(inked, 0.98))
    return max(float(np.quantile(inked[inked >= 0.6 * high], 0.6)), _CLEAR)


def _areas(share: Grey) -> Grey:
    """
    Ink that is wider than a line in both directions: confidence bands, clusters of marks.

    Bands are pale; an area of full ink is a cluster of censoring marks.
    """
    size = max(9, share.shape[1] // 60)
    upright = ndimage.grey_opening(share, size=(size, 1))
    lying = ndimage.grey_opening(share, size=(1, size))
    area: Grey = np.minimum(upright, lying)
    return area
