"""How closely two numbers must agree, depending on where the second one comes from.

The third tolerance, PRINTED, needs no number: `survkit.printed.Printed.admits` knows the half unit
of the last printed digit.
"""

from __future__ import annotations

__all__ = ["ENGINE", "EXACT"]

EXACT = 1e-9
"""Against a closed form: what is left is the rounding of floats and the last Newton step."""

ENGINE = 1e-6
"""Against another program: it iterates, and stops, by rules of its own."""
