"""Personal data: columns that name, reach or place a person, by name and by their values."""

from __future__ import annotations

import re

from regulars.ingest.inference.column_profiles import Column

_NAMES = re.compile(
    r"(?:first|last|middle|full|given|family|sur|maiden|nick|contact|customer|member|client|holder|"
    r"account_holder|billing)_?name|surname|forename|name|"
    r"(?:.*_)?e_?mail(?:_?addr(?:ess)?)?|(?:.*_)?(?:phone|mobile|telephone|tel|fax)(?:_?(?:no|nr|number))?|"
    r"(?:.*_)?(?:street|addr(?:ess)?(?:_line)?(?:_\d)?|house_number)|"
    r"(?:date_of_birth|birth_?date|birth_?day|dob|birth)|"
    r"(?:.*_)?(?:zip|zip_?code|postal_?code|post_?code|postcode)|"
    r"ssn|national_id|passport(?:_no|_number)?|tax_id|iban|card_number|ip(?:_address)?|"
    r"latitude|longitude|lat|lon|lng|geo"
)
_FEW = 12  # a 'zip_code' of Urban, Suburban and Rural places nobody


def is_personal(column: Column) -> bool:
    """Whether a column of customers should be masked."""
    if column.kind == "flag":
        return False
    by_value = column.kind == "text" and (column.mails > 0.5 or column.phones > 0.8)
    by_name = _NAMES.fullmatch(column.name) is not None
    return by_value or (by_name and column.distinct > _FEW)
