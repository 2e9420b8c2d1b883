"""Stage 4, calibration: hazard ratios, tests and restricted means come to print as asked."""
