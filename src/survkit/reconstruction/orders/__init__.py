"""Stage 2, whole patients: in which order an arm's patients leave, and who leaves by an event."""
