"""Members of an ensemble on a local cluster: how fast, whether the same, and without a worker."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

from distributed import Client, LocalCluster

import survkit
from survkit.ensembles import draw_members, prepare_draws
from survkit.running import on_cluster

if TYPE_CHECKING:
    from survkit.ensembles import Draws


def main() -> int:
    """Print seconds and digests; 1 if a worker, or the loss of one, changes a byte."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=60)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    options = parser.parse_args()
    draws = prepare_draws(survkit.load_trial("radiant-3").analysis("pfs-investigator"))
    begun = time.perf_counter()
    serial = _digests(draws, options.members, workers=1)
    seconds = time.perf_counter() - begun
    print(f"one after the other: {seconds:.1f} s, {seconds / options.members:.2f} s each")
    same = True
    for workers in options.workers:
        for lost in (False, True) if workers > 1 else (False,):
            found, seconds = _on_cluster(draws, options.members, workers, lost=lost)
            same &= found == serial
            what = ", one killed on the way" if lost else ""
            print(f"{workers} workers{what}: {seconds:.1f} s, same bytes: {found == serial}")
            sys.stdout.flush()
    return 0 if same else 1


def _digests(draws: Draws, members: int, workers: int | None) -> list[str]:
    numbers = range(1, members + 1)
    drawn = draw_members(draws, numbers, workers=workers)
    return [one.reconstruction.provenance.ipd_digest for one in drawn]


def _on_cluster(draws: Draws, members: int, workers: int, *, lost: bool) -> tuple[list[str], float]:
    """Draw on a cluster of so many processes; one of them may be killed after a while."""
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        on_cluster(cluster.scheduler_address),
    ):
        _digests(draws, 2 * workers, None)  # the workers load what they need
        begun = time.perf_counter()
        killer = threading.Timer(3.0, _kill_one, [cluster.scheduler_address])
        if lost:
            killer.start()
        found = _digests(draws, members, None)
        seconds = time.perf_counter() - begun
        killer.cancel()
    return found, seconds


def _kill_one(address: str) -> None:
    """End a worker without a word to anybody."""
    with Client(address, set_as_default=False) as client:
        processes = client.run(os.getpid)
    os.kill(next(iter(processes.values())), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
