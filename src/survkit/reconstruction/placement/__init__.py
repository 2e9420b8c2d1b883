"""Stage 3, times: patients between knots, on a clock fine enough to keep everybody apart."""
