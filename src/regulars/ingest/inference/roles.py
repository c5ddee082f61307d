"""What a column may be for, by its name: points per role, the highest wins."""

from __future__ import annotations

import re
from collections.abc import Iterable

from regulars.ingest.inference.column_profiles import Column

_WHO = (
    "customer|client|member|subscriber|user|account|household|shopper|buyer|guest|patron|loyalty|"
    "cardholder|policyholder|consumer|cust|party|person"
)
_KEY = "id|no|nr|num|number|key|code|uuid"
_SALE = "order|invoice|transaction|txn|purchase|sale|sales|payment|booking|receipt|basket"

# Role -> (points, pattern over the whole landed name).
_ROLES: dict[str, tuple[tuple[int, str], ...]] = {
    "customer_id": (
        (6, rf"(?:customer|client|cust)_?(?:{_KEY})"),
        (5, rf"(?:{_WHO})_?(?:{_KEY})"),
        (4, rf"(?:{_WHO})(?:_ref(?:erence)?)?"),
        (1, r"id|uuid"),
    ),
    "order_id": (
        (5, rf"(?:sales_)?(?:order|invoice|receipt|basket|bill|booking|check)_?(?:{_KEY})"),
        (4, r"order|invoice|receipt|basket|document_no"),
    ),
    "transaction_id": (
        (
            5,
            rf"(?:transaction|txn|trans|payment|purchase|sale|line|(?:order|invoice)_(?:line|item))_?(?:{_KEY})",
        ),
        (3, rf"(?:{_SALE}|subscription|event|activity)_?(?:{_KEY})"),
        (2, r"id|uuid"),
    ),
    "event_id": (
        (
            5,
            rf"(?:interaction|ticket|case|call|contact|complaint|event|session|usage|touch|message)_?(?:{_KEY})",
        ),
        (2, r"id|uuid"),
    ),
    "occurred_at": (
        (
            6,
            rf"(?:{_SALE}|event|interaction|activity|visit|usage|contact|call|ticket|flight)_?(?:date|time|datetime|timestamp|at|on|day|dt|ts)",
        ),
        (5, r"(?:occurred|submitted|created|sent|happened|purchased|ordered)_?(?:at|on|date|time)"),
        (4, r"(?:date|datetime|timestamp|time|day|period|month)"),
        (3, r"start_?(?:date|at)"),
        (1, r".*(?:date|_at|time|timestamp)"),
    ),
    "amount": (
        (
            7,
            r"(?:total|order|line|net|gross|transaction|purchase|sales?|invoice)_(?:amount|value|total|revenue|spend|price|sum)(?:_[a-z]{3})?",
        ),
        (
            6,
            r"amount(?:_[a-z]{3})?|amt|total(?:_price|_cost)?|revenue|turnover|spend|spending|dollars|amount_paid|paid(?:_amount)?",
        ),
        (5, r"sales|mrr(?:_amount)?|payment_value|charge|fee|value|price_paid|net|gross"),
        (4, r".*_(?:amount|revenue|spend)(?:_[a-z]{3})?"),
        (2, r"distance(?:_\w+)?|miles|kilomet\w+|km"),
        (1, r"points(?:_accumulated|_earned)?"),
    ),
    "unit_price": (
        (5, r"(?:unit|item|sale|selling|list)_?price(?:_[a-z]{3})?"),
        (4, r"price(?:_each|_per_unit|_per_item)?|(?:product|unit)_?price"),
    ),
    "quantity": (
        (5, r"(?:order_|item_|sale_)?(?:quantity|qty|units)(?:_sold|_ordered)?"),
        (4, r"(?:num_|n_)?(?:items|pieces|units)|item_count|count"),
        (3, r"(?:total_)?flights|nights|seats"),
    ),
    "discount": ((5, r"discount(?:_amount|_value)?|rebate"),),
    "category": (
        (6, r"(?:product_|merchant_|item_)?category(?:_name)?"),
        (4, r"department|product_(?:group|type|line)|mcc(?:_name)?|merchant_type|genre"),
        (2, r"plan_tier|segment|type"),
    ),
    "product": (
        (
            5,
            r"(?:stock_?code|sku|product_?(?:id|key|code|name)|item_?(?:id|code|name)|product|item|article)",
        ),
        (2, r"description|feature_name|merchant(?:_name)?"),
    ),
    "channel": ((5, r"(?:sales_|order_)?channel"), (3, r"platform|device|medium|store_type")),
    "payment": ((5, r"payment_?(?:method|type|mode|channel)?|tender(?:_type)?|card_type"),),
    "currency": ((5, r"currency(?:_code)?|ccy"),),
    "status": ((5, r"(?:order|transaction|payment|sale|booking)?_?(?:status|state)"),),
    "kind": (
        (5, r"(?:interaction|ticket|contact|case|call|event)_?(?:type|kind|category|topic|reason)"),
        (4, r"type|kind|topic|reason|category|feature_name"),
        (2, r"priority"),
    ),
    "satisfaction": ((5, r".*satisfaction.*|csat(?:_score)?|nps(?:_score)?"), (3, r"rating|score")),
    "duration": ((5, r".*duration.*"), (3, r"(?:handle|handling|call|talk|resolution)_time.*")),
    "resolved": ((5, r"(?:is_)?resolved"), (4, r"resolution(?:_status)?"), (2, r"status")),
    "sentiment": ((5, r"sentiment(?:_score)?"),),
    "campaign": ((5, r"campaign(?:_id|_name)?"),),
    "opened_at": ((5, r"open(?:ed)?_(?:at|date|time)"),),
    "clicked_at": ((5, r"click(?:ed)?_(?:at|date|time)"),),
    "converted_at": ((5, r"(?:convert(?:ed)?|conversion)_(?:at|date|time)"),),
    "treated": ((5, r"treat(?:ed|ment)|is_treated|treatment_group"),),
    "cost": ((5, r"cost"),),
    "joined_at": (
        (
            6,
            r"(?:join(?:ed|ing)?|sign_?up|regist\w+|enrol\w*|onboard\w*)_?(?:date|at|on|time|day|ts)?",
        ),
        (
            5,
            r"(?:customer|member|client)_since|(?:subscription|contract|membership)_start(?:_date)?|since",
        ),
        (3, r"(?:start|created|opened|activation|first_seen)_?(?:date|at|on)"),
    ),
    "left_at": (
        (
            6,
            r"(?:cancel\w*|churn(?:ed)?|left|leav\w+|terminat\w+|attrition|deactivat\w+|unsubscri\w+)_?(?:date|at|on|time|day|ts)",
        ),
        (5, r"(?:subscription|contract|membership)_end(?:_date)?"),
        (3, r"(?:end|closed|closing|exit)_?(?:date|at|on)"),
    ),
    "churned": (
        (
            6,
            r"(?:is_|has_)?(?:churn(?:ed)?|exited|attrition|attrited)(?:_flag|_label|_value|_status|_yn)?",
        ),
        (4, r"(?:is_|has_)?(?:left|cancell?ed|lapsed|lost)(?:_flag)?|customer_status"),
    ),
    "reason": (
        (
            5,
            r"(?:churn|cancel\w*|leav\w+|exit|attrition)_?(?:reason|category|cause)(?:_code)?|reason(?:_code)?",
        ),
    ),
    "changed_at": (
        (5, r"(?:updated|modified|changed|last_update\w*|last_modified)_?(?:at|on|date|time)?"),
    ),
    "consent": (
        (5, r"(?:marketing_|email_|contact_)?(?:consent|opt_?in|permission|allowed)(?:_flag)?"),
    ),
}
_NEVER: dict[str, str] = {
    "occurred_at": r".*(?:birth|stock|ship|deliver|due|updat|modif|end|clos|expir|cancel|churn|join"
    r"|regist).*",
    "amount": r".*(?:discount|tax|vat|shipping|refund|unit|redeemed|cost_points|limit|balance).*",
}


def points(name: str, role: str) -> int:
    """How well a name fits a role; 0 where it does not."""
    never = _NEVER.get(role)
    if never and re.fullmatch(never, name):
        return 0
    return max((p for p, pattern in _ROLES[role] if re.fullmatch(pattern, name)), default=0)


def may_be(name: str, role: str) -> bool:
    """Whether a name at least does not speak against a role."""
    never = _NEVER.get(role)
    return not (never and re.fullmatch(never, name))


def ranked(columns: Iterable[Column], role: str) -> list[Column]:
    """The columns that fit a role, the best first, else in their order."""
    fitting = [column for column in columns if points(column.name, role)]
    return sorted(fitting, key=lambda column: -points(column.name, role))


def best(columns: Iterable[Column], role: str) -> Column | None:
    """The column that fits a role best."""
    return next(iter(ranked(columns, role)), None)
