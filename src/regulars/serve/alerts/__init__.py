"""Messages about what is wrong, and the channels that they go through."""
