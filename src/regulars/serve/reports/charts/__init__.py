"""The drawings of the report, one kind each."""
