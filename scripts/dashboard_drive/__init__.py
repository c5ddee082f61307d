"""A real browser that goes through every page of the dashboard, as a person would."""
