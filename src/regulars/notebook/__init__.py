"""What `import regulars` gives: projects, releases, tables and scores as objects of Python."""
