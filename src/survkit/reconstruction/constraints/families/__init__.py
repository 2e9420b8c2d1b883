"""One module per family of figures: all that any stage asks of it stands there."""
