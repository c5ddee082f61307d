"""The cleaning models of a project, written as SQL that a person can read."""
