"""Labels of axes: digits, numbers, even progressions, and the tick marks beside them."""
