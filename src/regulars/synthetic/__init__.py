"""Generators of synthetic raw files in the shape of each recipe's real ones."""
