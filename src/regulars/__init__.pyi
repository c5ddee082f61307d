"""The names of `import regulars` for type checkers and editors; `__init__.py` loads them late."""

from regulars.core.errors import RegularsError as Error
from regulars.notebook import churn as churn
from regulars.notebook.own_features import compute_features as compute_features
from regulars.notebook.projects import Project as Project
from regulars.notebook.projects import demo as demo
from regulars.notebook.projects import init as init
from regulars.notebook.projects import load as load
from regulars.notebook.releases import Release as Release
from regulars.notebook.tables import Table as Table

__version__: str
__all__ = [
    "Error",
    "Project",
    "Release",
    "Table",
    "churn",
    "compute_features",
    "demo",
    "init",
    "load",
]
