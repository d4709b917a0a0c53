"""What the server keeps for itself, as messages; generated."""
