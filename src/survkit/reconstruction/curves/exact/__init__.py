"""Patients from coordinates without noise: drops as whole numbers, censorings between them."""
