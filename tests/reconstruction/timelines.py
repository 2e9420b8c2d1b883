"""Timelines of two arms made at random, for the tests of stages that move patients in time."""

from __future__ import annotations

import numpy as np

from survkit.reconstruction.placement.clock import Clock
from survkit.reconstruction.placement.knots import Knots
from survkit.reconstruction.placement.timeline import Timeline


def patients(seed: int, *, held: bool = False) -> tuple[Timeline, Timeline]:
    generator = np.random.default_rng(seed)
    order = generator.permutation(200)
    ticks = [np.sort(order[:100]) + 1, np.sort(order[100:]) + 1]
    events = [generator.random(100) < share for share in (0.7, 0.6)]
    reference, experimental = (
        timeline(index, times, event, held=held)
        for index, (times, event) in enumerate(zip(ticks, events, strict=True))
    )
    return reference, experimental


def timeline(index: int, ticks: np.ndarray, event: np.ndarray, *, held: bool) -> Timeline:
    position = np.arange(ticks.size) if held else np.array([], dtype=np.int64)
    times = ticks[position].astype(np.float64)
    return Timeline(
        index=index,
        clock=Clock(decimals=0, arms=2),
        knots=Knots(
            natural=ticks.astype(np.float64),
            position=position,
            at=times,
            lower=times,
            upper=times,
        ),
        hats=np.zeros((position.size, ticks.size)),
        times=times,
        event=event,
        leader=np.arange(ticks.size),
        ticks=ticks,
    )
