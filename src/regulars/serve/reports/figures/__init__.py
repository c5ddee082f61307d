"""The figures of an exploration as PNG files, one module for each kind."""
