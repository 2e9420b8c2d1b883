"""Usual slips of typing and reading, undone, and those that explain what is missed."""

from survkit.slips.finding import find_slips
from survkit.slips.listing import list_slips
from survkit.slips.slip import Slip

__all__ = ["Slip", "find_slips", "list_slips"]
