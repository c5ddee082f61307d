"""One module per page: each has `draw`, which asks `insights` and lays out the answers."""
