"""``python -m survkit.cli`` is ``survkit``."""

from __future__ import annotations

from survkit.cli.entry import main

if __name__ == "__main__":
    main()
