"""The project file: typed settings, read once at an entry point and passed on."""

from regulars.core.settings.alert_settings import (
    AlertSettings,
    EmailSettings,
    QuietHours,
    ReleaseWebhookSettings,
)
from regulars.core.settings.check_settings import CheckSettings, CheckWaiver, Expectation
from regulars.core.settings.churn_settings import (
    ChurnSettings,
    ContactSettings,
    GateSettings,
    ValueSettings,
)
from regulars.core.settings.dashboard import DashboardSettings
from regulars.core.settings.engine import EngineSettings, engine_text
from regulars.core.settings.entities import ENTITY_COLUMNS, CanonicalColumn
from regulars.core.settings.mappings import (
    Attribute,
    ColumnMapping,
    DateParts,
    EntityMapping,
    RejectRule,
)
from regulars.core.settings.model import (
    FeatureSettings,
    LeakageAcceptance,
    Project,
    SegmentSettings,
)
from regulars.core.settings.project_file import (
    PROJECT_FILE,
    place_of,
    project_of_text,
    read_project,
    read_settings,
)
from regulars.core.settings.questions import Answer, Question
from regulars.core.settings.sources import (
    ReadWindow,
    S3Settings,
    Source,
    SourceColumnType,
    SyntheticSettings,
)

__all__ = [
    "ENTITY_COLUMNS",
    "PROJECT_FILE",
    "AlertSettings",
    "Answer",
    "Attribute",
    "CanonicalColumn",
    "CheckSettings",
    "CheckWaiver",
    "ChurnSettings",
    "ColumnMapping",
    "ContactSettings",
    "DashboardSettings",
    "DateParts",
    "EmailSettings",
    "EngineSettings",
    "EntityMapping",
    "Expectation",
    "FeatureSettings",
    "GateSettings",
    "LeakageAcceptance",
    "Project",
    "Question",
    "QuietHours",
    "ReadWindow",
    "RejectRule",
    "ReleaseWebhookSettings",
    "S3Settings",
    "SegmentSettings",
    "Source",
    "SourceColumnType",
    "SyntheticSettings",
    "ValueSettings",
    "engine_text",
    "place_of",
    "project_of_text",
    "read_project",
    "read_settings",
]
