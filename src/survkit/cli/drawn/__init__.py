"""Curves typed at the prompt: arms with theirs, and one arm with those of competing causes."""
