"""How long customers stay: curves, the life that remains given the life so far, and its drivers."""
