"""Simulated trials on a local cluster: how fast, the same bytes, a worker lost, a run stopped.

Every trial is a unit of work with a file of its own as soon as it is done. The runs are processes
of this script: one after the other here, then on clusters of one and two workers, on two of which
one is killed on the way, and on two that are stopped half way and go on afterwards.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil
from distributed import LocalCluster
from tiny_trials import draw_patients, print_trial

from survkit.reconstruction import reconstruct_analysis
from survkit.running import map_in_order, on_cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLOCK = 0.01
"""Times are recorded to this many months."""
PARTS = 10
"""How often a run measures its memory."""
_MEGABYTE = 1 << 20
MEMORY = {
    "MALLOC_TRIM_THRESHOLD_": str(64 * _MEGABYTE),
    "MALLOC_MMAP_THRESHOLD_": str(32 * _MEGABYTE),
}
"""Lets workers keep what arrays leave free, as other processes do: Dask has them return it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run of this script said at its end."""

    seconds: float
    megabytes: list[float]


def main() -> int:
    """Print a line per run; 1 if a cluster, a loss or a stop changes a byte or repeats a unit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument(
        "--patients",
        type=int,
        nargs=2,
        default=(20, 60),
        metavar=("FEWEST", "MOST"),
        help="of an arm; a trial of those that are left to it takes a tenth of a second, or two",
    )
    parser.add_argument("--speed-only", action="store_true", help="neither lose nor stop anything")
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--workers", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.into is not None:
        work = partial(_reconstruct, patients=tuple(options.patients))
        return _run(work, options.into, options.trials, options.workers)
    with tempfile.TemporaryDirectory() as folder:
        return _compare(Path(folder), options)


def _compare(folder: Path, options: argparse.Namespace) -> int:
    """Run all ways of working, and hold each against one after the other."""
    trials, fewest, most = options.trials, *options.patients
    arguments = [f"--trials={trials}", "--patients", str(fewest), str(most)]
    start = partial(_start, arguments=arguments)
    serial = _finish(start(folder / "serial", workers=0))
    expected = _digests(folder / "serial")
    _say("one after the other, here", serial, f"{serial.seconds / trials:.3f} s each")
    one = _finish(start(folder / "one", workers=1))
    right = _same("a cluster of one worker", one, folder / "one", expected)
    two = _finish(start(folder / "two", workers=2))
    right &= _same("a cluster of two", two, folder / "two", expected)
    print(f"two workers are {one.seconds / two.seconds:.2f} times as fast as one")
    if options.speed_only:
        return int(not right)
    killed = start(folder / "killed", workers=2)
    _wait_for_half(killed, folder / "killed", trials)
    psutil.Process(_workers(killed.pid)[0]).kill()
    right &= _same("of two, one killed", _finish(killed), folder / "killed", expected)
    stopped = start(folder / "stopped", workers=2)
    _wait_for_half(stopped, folder / "stopped", trials)
    stopped.send_signal(signal.SIGINT)
    stopped.communicate()
    before = {path: path.stat().st_mtime_ns for path in (folder / "stopped").glob("*.json")}
    resumed = _finish(start(folder / "stopped", workers=2))
    again = sum(path.stat().st_mtime_ns != written for path, written in before.items())
    print(f"stopped with {len(before)} done, of which {again} were done again")
    right &= _same("of two, stopped, gone on", resumed, folder / "stopped", expected)
    return int(not right or again > 0)


def _start(folder: Path, *, arguments: list[str], workers: int) -> subprocess.Popen[str]:
    """Start a run of this script in a process of its own."""
    command = [sys.executable, __file__, *arguments, f"--into={folder}"]
    return subprocess.Popen(
        [*command, f"--workers={workers}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what Dask says of a lost worker
        text=True,
    )


def _finish(process: subprocess.Popen[str]) -> Run:
    """Wait for the end of a run."""
    output, _ = process.communicate()
    return Run(**json.loads(output))


def _wait_for_half(process: subprocess.Popen[str], folder: Path, trials: int) -> None:
    """Wait until half of the units of a run are done."""
    while process.poll() is None and len(list(folder.glob("*.json"))) < trials / 2:
        time.sleep(0.05)


def _workers(pid: int) -> list[int]:
    """List the processes that work for a run, the busiest first: others only look after them."""
    processes = psutil.Process(pid).children(recursive=True)
    processes.sort(key=lambda process: -sum(process.cpu_times()[:2]))
    return [process.pid for process in processes]


def _same(name: str, run: Run, folder: Path, expected: dict[str, str]) -> bool:
    same = _digests(folder) == expected
    _say(name, run, f"same bytes: {same}")
    return same


def _say(name: str, run: Run, remark: str) -> None:
    memory = ", ".join(f"{megabytes:.0f}" for megabytes in run.megabytes)
    print(f"{name}: {run.seconds:.1f} s, {remark}; megabytes of memory: {memory}", flush=True)


def _digests(folder: Path) -> dict[str, str]:
    """Read the digests of the patients of all trials that are done."""
    return {path.name: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def _run(work: Callable[[int], str], folder: Path, trials: int, workers: int) -> int:
    """Do what is not done yet, a file for each, and say how long it took and with what memory."""
    folder.mkdir(exist_ok=True)
    units = [number for number in range(trials) if not _file(folder, number).exists()]
    megabytes: list[float] = []
    with _cluster(workers):
        list(map_in_order(work, [*range(4)], workers=None if workers else 1))
        begun = time.perf_counter()
        answers = map_in_order(work, units, workers=None if workers else 1)
        for done, (number, digest) in enumerate(zip(units, answers, strict=True), 1):
            beside = _file(folder, number).with_suffix(".part")
            beside.write_text(json.dumps(digest))
            beside.rename(_file(folder, number))
            if done % max(1, len(units) // PARTS) == 0:
                megabytes.append(_memory())
        seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "megabytes": megabytes}))
    return 0


@contextmanager
def _cluster(workers: int) -> Iterator[None]:
    """Work on a cluster of so many processes, or here if there are none."""
    with ExitStack() as stack:
        if workers:
            os.environ.update(MEMORY)
            cluster = stack.enter_context(
                LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    dashboard_address=None,
                    host="127.0.0.1",
                )
            )
            stack.enter_context(on_cluster(cluster.scheduler_address))
        yield


def _file(folder: Path, number: int) -> Path:
    return folder / f"{number:05}.json"


def _memory() -> float:
    """Measure this process and all that work for it, in megabytes."""
    this = psutil.Process(os.getpid())
    return sum(one.memory_info().rss for one in [this, *this.children(recursive=True)]) / 1e6


def _reconstruct(number: int, patients: tuple[int, int]) -> str:
    """Reconstruct a simulated trial of so many patients an arm; the digest of those made."""
    warnings.simplefilter("ignore")
    generator = np.random.default_rng(number)
    sizes = generator.integers(*patients, 2).tolist()
    asked = print_trial(draw_patients(generator, sizes, CLOCK))
    return reconstruct_analysis(asked).provenance.ipd_digest


if __name__ == "__main__":
    sys.exit(main())
