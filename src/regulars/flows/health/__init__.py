"""The health of a project's state: what is damaged, what fixes it, backups and their return."""
