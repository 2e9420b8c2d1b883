"""Letters drawn as outlines: shapes held against those of known fonts."""
