"""Ten thousand trial files, by hand: ``python -m tests.fuzz.by_hand COUNT SHARE [SEED]``.

Of every `SHARE` files that read, one is reconstructed, refitted, drawn in words and exported; with
1, all are. Prints what came of them by class, the longest run, and the memory at its height.
"""

from __future__ import annotations

import resource
import signal
import sys
import time
import traceback
import warnings
from collections import Counter

from tests.fuzz.outcomes import documents, outcome

_LONGEST, _LONG = 60, 30
"""Seconds of a processor after which a file counts as a hang, and as one that takes long."""


class Hang(BaseException):
    """A file took too long."""


def _give_up(_signal: int, _frame: object) -> None:
    raise Hang


def main() -> None:
    """Try the files, and print what came of them."""
    warnings.simplefilter("error")
    signal.signal(signal.SIGPROF, _give_up)
    count, share, *seed = (int(word) for word in sys.argv[1:])
    outcomes: Counter[str] = Counter()
    times: list[tuple[float, int]] = []
    for number, document in enumerate(documents(count, seed[0] if seed else 0)):
        started = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, _LONGEST)
        try:
            found = outcome(document, whole=number % share == 0)
        except Hang:
            found = "HANG"
        except Exception as error:  # noqa: BLE001 - what is looked for
            frames = traceback.extract_tb(error.__traceback__)
            place = [frame for frame in frames if "survkit" in frame.filename][-1]
            where = f"{place.filename.rpartition('survkit/')[2]}:{place.lineno} {place.name}"
            found = f"{type(error).__name__} {str(error)[:60]} {where}"
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        spent = time.process_time() - started
        if found == "HANG" or " " in found.replace("given up", "") or spent > _LONG:
            sys.stdout.write(f"{number}: {found} {spent:.1f} s\n  {document}\n")
            sys.stdout.flush()
        times.append((spent, number))
        outcomes[found] += 1
    for name, many in outcomes.most_common():
        sys.stdout.write(f"{many:6d}  {name}\n")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    longest = ", ".join(f"{spent:.1f} s ({number})" for spent, number in sorted(times)[:-6:-1])
    total = sum(spent for spent, _ in times)
    sys.stdout.write(f"{count} files, {total:.0f} s, the longest {longest}; {memory:.2f} GB\n")


if __name__ == "__main__":
    main()
