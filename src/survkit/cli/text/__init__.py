"""What the commands print, in words and columns."""
