"""Guess a project file from files: what `regulars init` needs."""

from regulars.ingest.inference.draft import Proposal
from regulars.ingest.inference.project_text import write
from regulars.ingest.inference.proposing import propose

__all__ = ["Proposal", "propose", "write"]
