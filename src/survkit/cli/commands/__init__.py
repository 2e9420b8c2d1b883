"""One module per command: its options, and the little it does besides calling a room."""
