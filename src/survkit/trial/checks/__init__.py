"""What a trial file may not hold: what is beyond every trial, and faults of form between keys."""
