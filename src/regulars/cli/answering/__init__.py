"""How each answer of a release is printed."""
