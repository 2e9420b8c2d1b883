"""Two arms compared, as a trial file states them, and what their tests ask."""
