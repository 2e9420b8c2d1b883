"""Stage 1, the population: smooth hazards that meet the printed figures in expectation."""
