"""Guess a project file from files: what `regulars init` needs.

Nothing is imported here: a run reads two or three word lists of this package and none of the rest.
"""
