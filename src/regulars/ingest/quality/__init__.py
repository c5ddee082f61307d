"""Whether the data is good enough: cleaning rules, what values look like, checks, the report."""
