"""What a release holds: typed, versioned models, and the column names that are ours."""
