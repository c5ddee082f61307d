"""Guess a project file from files: what `regulars init` needs."""

from regulars.ingest.inference.draft import Proposal
from regulars.ingest.inference.proposing import propose
from regulars.ingest.inference.writing import write

__all__ = ["Proposal", "propose", "write"]
