"""Files that let a scheduler, an orchestrator or a cluster run a project."""
