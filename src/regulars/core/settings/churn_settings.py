"""Settings of churn and value: the question, when to learn anew, and what a score must reach."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from regulars.core.calendar import PERIODS_PER_YEAR, Grain
from regulars.core.settings.sources import Setting

Retrain = Literal["always", "weekly", "monthly", "manual"]
FurtherEstimator = Literal[
    "lightgbm",
    "catboost",
    "random_forest",
    "histogram_trees",
    "decision_tree",
    "naive_bayes",
    "support_vectors",
    "nearest_neighbours",
]
ValueFrom = Literal["attribute", "spend", "predicted"]


class GateSettings(Setting):
    """What a new churn score must reach on its test to replace the one in use."""

    not_worse_than_champion: bool = Field(
        default=True,
        description="Reject what is worse than the estimator in use, beyond noise, on one test.",
    )
    roc_auc: float | None = Field(default=None, ge=0, le=1, description="Least ROC AUC.")
    pr_auc: float | None = Field(default=None, ge=0, le=1, description="Least PR AUC.")
    lift_at_10: float | None = Field(default=None, ge=0, description="Least lift at 10 %.")
    accuracy: float | None = Field(default=None, ge=0, le=1, description="Least accuracy.")
    precision: float | None = Field(default=None, ge=0, le=1, description="Least precision.")
    recall: float | None = Field(default=None, ge=0, le=1, description="Least recall.")
    f1: float | None = Field(default=None, ge=0, le=1, description="Least F1.")
    calibration_error: float | None = Field(
        default=None, ge=0, le=1, description="Most calibration error."
    )


class SearchSettings(Setting):
    """How long to look for better parameters (extra: optuna); what is found is kept."""

    trials: int = Field(default=60, ge=1, description="Settings to try, over all estimators.")
    seconds: float = Field(default=600, gt=0, description="Seconds at most, over all estimators.")


class ChurnSettings(Setting):
    """What 'churned' means, for whom, and how far ahead."""

    kind: Literal["silence", "contractual", "decline", "labelled"]
    horizon: int = Field(default=90, ge=1, description="Length of the outcome window, in periods.")
    gap: int = Field(default=0, ge=0, description="Periods between the cutoff and the window.")
    activity_window: int | None = Field(
        default=PERIODS_PER_YEAR["day"],
        ge=1,
        description="Periods before the cutoff in which a customer of kind silence or decline "
        "must have bought; null: all who ever bought.",
    )
    decline_below: float = Field(default=0.3, gt=0, lt=1, description="Share of the baseline.")
    cutoff_step: int | None = Field(
        default=None,
        ge=1,
        description="Periods between training cutoffs; 30 days, 4 weeks or 1 month.",
    )
    max_cutoffs: int = Field(default=12, ge=1, description="Most training cutoffs.")
    suspect_above: float = Field(
        default=0.95, gt=0.5, le=1, description="ROC AUC above which the run suspects a leak."
    )
    estimators: list[FurtherEstimator] = Field(
        default=[],
        description="Estimators to try besides the standard ones (extras: lightgbm, catboost).",
    )
    balance: Literal["weights", "undersample", "oversample", "smote", "smote_tomek"] | None = Field(
        default=None,
        description="Balance the classes inside folds. It gains nothing in ranking and costs "
        "calibration; null, and better: leave them as they are.",
    )
    search: SearchSettings | None = Field(
        default=None, description="Look for better parameters on validation cutoffs."
    )
    track: Literal["mlflow"] | None = Field(
        default=None,
        description="Tell a tracker of every training (extra: mlflow): MLFLOW_TRACKING_URI, else "
        ".regulars/mlflow.db.",
    )
    gates: GateSettings = GateSettings()
    retrain: Retrain = Field(
        default="always",
        description="When a run may learn anew: whenever data, code or settings changed, at most "
        "once in 7 or 30 days, or only by `regulars churn train`.",
    )
    retrain_below: float = Field(
        default=0.7,
        ge=0,
        le=1,
        description="Realised ROC AUC below which a run trains again, whatever the schedule says; "
        "with manual it only warns.",
    )
    keep_estimators: int = Field(
        default=5, ge=1, description="Estimators to keep besides the champion and the one before."
    )
    tenure_attribute: str | None = Field(
        default=None,
        description="Attribute with a customer's age, where no joining date is mapped: survival "
        "of kind labelled rests on it.",
    )
    tenure_unit: Grain = Field(default="month", description="Unit of tenure_attribute.")
    life_by: str | None = Field(
        default=None,
        description="Attribute, known when a customer joins, by which survival curves are drawn.",
    )


class ContactSettings(Setting):
    """What a contact costs and keeps: the only place where it is said.

    Where nobody states a figure, an assumption stands in (`release.contact_costs`), and every
    surface says so.
    """

    contact_cost: float | None = Field(
        default=None,
        ge=0,
        allow_inf_nan=False,
        description="Cost of contacting one customer; while it is not stated, 2 is assumed.",
    )
    offer_cost: float | None = Field(
        default=None,
        ge=0,
        allow_inf_nan=False,
        description="Cost of an offer that is accepted; while it is not stated, 0 is assumed.",
    )
    save_rate: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Share of churning customers whom a contact keeps; while it is not stated, "
        "0.2 is assumed.",
    )


class ValueSettings(Setting):
    """Customer value: what was spent, what is expected, and what is at risk."""

    attribute: str | None = Field(
        default=None, description="Attribute with a charge or a value of each customer."
    )
    attribute_per: Literal["life", "month"] | None = Field(
        default=None,
        description="Whether the attribute holds the charge of a month or the value of a life; "
        "while that is not said, the attribute is not counted as money.",
    )
    window: int | None = Field(default=None, ge=1, description="Periods of trailing net spend.")
    from_: ValueFrom | None = Field(
        default=None,
        alias="from",
        description="What the value at risk rests on: the attribute as the value of a life, past "
        "net spend, or the predicted value (by default, with past spend where none is possible).",
    )
    discount_rate_per_year: float = Field(
        default=0.0, ge=0, le=1, description="How much less a later year counts in predictions."
    )

    @model_validator(mode="after")
    def _attribute_is_named(self) -> ValueSettings:
        if self.from_ == "attribute" and self.attribute is None:
            raise ValueError("from: 'attribute' needs value.attribute")
        return self

    @property
    def source(self) -> ValueFrom:
        """What the value at risk rests on; a monthly charge is a part of the prediction."""
        if self.attribute_per == "life":
            return self.from_ or "attribute"
        return "spend" if self.from_ == "spend" else "predicted"
