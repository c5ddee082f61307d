"""The project file: typed settings, read once at an entry point and passed on."""

from regulars.core.settings.entities import ENTITY_COLUMNS, CanonicalColumn
from regulars.core.settings.model import (
    Attribute,
    ChurnSettings,
    ColumnMapping,
    DateParts,
    EngineSettings,
    EntityMapping,
    FeatureSettings,
    LeakageAcceptance,
    Project,
    RejectRule,
    SegmentSettings,
    Source,
    SourceColumnType,
    ValueSettings,
)
from regulars.core.settings.reading import PROJECT_FILE, read_project

__all__ = [
    "ENTITY_COLUMNS",
    "PROJECT_FILE",
    "Attribute",
    "CanonicalColumn",
    "ChurnSettings",
    "ColumnMapping",
    "DateParts",
    "EngineSettings",
    "EntityMapping",
    "FeatureSettings",
    "LeakageAcceptance",
    "Project",
    "RejectRule",
    "SegmentSettings",
    "Source",
    "SourceColumnType",
    "ValueSettings",
    "read_project",
]
