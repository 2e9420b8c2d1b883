"""What the patients meet, what was assumed, and where they come from."""
