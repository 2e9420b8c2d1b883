"""The command ``survkit schema``."""

from __future__ import annotations

from survkit.cli.options import Output

__all__ = ["write_schema"]


def write_schema(output: Output = None) -> None:
    """Write the JSON Schema of trial files, for editors."""
    from survkit.cli.files import check_output, write_output

    check_output(output)

    from survkit.trial.schema import schema_text

    write_output(output, schema_text().encode())
