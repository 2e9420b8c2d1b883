"""Ten thousand broken files, by hand: ``python -m tests.drawings.fuzz_by_hand COUNT FILE ...``."""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

from survkit.drawings import read_drawing
from survkit.errors import SurvkitError
from tests.drawings.mutants import mutants


def main() -> None:
    """Read mutants of the files and print what came of them."""
    warnings.simplefilter("error")
    outcomes: Counter[str] = Counter()
    longest = 0.0
    count, files = int(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    with tempfile.TemporaryDirectory() as folder:
        for number, file in enumerate(files):
            for content in mutants(file.read_bytes(), count // len(files), seed=number):
                path = Path(folder) / f"mutant{file.suffix}"
                path.write_bytes(content)
                started = time.perf_counter()
                try:
                    read_drawing(path)
                    outcome = "read"
                except SurvkitError:
                    outcome = "refused"
                except Exception as error:  # noqa: BLE001 - what is looked for
                    outcome = f"{type(error).__name__}: {error}"[:90]
                    Path(f"{tempfile.gettempdir()}/fault-{len(outcomes)}{file.suffix}").write_bytes(
                        content
                    )
                longest = max(longest, time.perf_counter() - started)
                outcomes[f"{file.suffix} {outcome}"] += 1
                if outcomes.total() % 250 == 0:
                    _show(outcomes, longest)
    _show(outcomes, longest)


def _show(outcomes: Counter[str], longest: float) -> None:
    for outcome, times in outcomes.most_common():
        sys.stdout.write(f"{times:6d}  {outcome}\n")
    sys.stdout.write(f"{outcomes.total()} files, longest {longest:.1f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
