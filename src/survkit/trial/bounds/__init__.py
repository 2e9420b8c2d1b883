"""What is beyond every trial: characters, depths and sizes that a file may not have."""
