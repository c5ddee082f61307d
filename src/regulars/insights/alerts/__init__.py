"""What is wrong now (`causes`), and what was sent about it (`states`)."""
