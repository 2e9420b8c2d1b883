"""What printed figures ask of the patients, family by family."""
