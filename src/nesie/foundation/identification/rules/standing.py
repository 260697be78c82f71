"""What other state bases say: whose phone a number is, and who runs a business (clauses 6, 36)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from nesie.foundation.identification.rules.organisations import same_organisation

PHONE_OWNER_KIND = "phone_owner"  # the exchange's kinds of these questions
BUSINESS_KIND = "business"


class PhoneOwner(StrEnum):
    """Whose the number is, by the base of phones of the electronic government."""

    OWN = "own"
    NOT_OWN = "not_own"  # the base does not know the number as this person's


class BusinessForm(StrEnum):
    """What a subject of business is."""

    ENTREPRENEUR = "entrepreneur"  # a natural person registered as a sole proprietor (IE)
    LEGAL_ENTITY = "legal_entity"


@dataclass(frozen=True, slots=True)
class BusinessRecord:
    """A subject of business as the state base tells it. The head is the one who acts without a power of attorney."""

    number: str = field(repr=False)  # the IIN of an entrepreneur, the BIN of a legal entity
    form: BusinessForm
    name: str = field(repr=False)
    registered_on: date
    active: bool
    head_iin: str = field(repr=False)
    original: bytes = field(repr=False)
    media_type: str = "application/json"

    def as_data(self) -> dict[str, Any]:
        """For a sealed message."""
        return {
            "number": self.number,
            "form": self.form.value,
            "name": self.name,
            "registered_on": self.registered_on.isoformat(),
            "active": self.active,
            "head_iin": self.head_iin,
            "original": base64.b64encode(self.original).decode(),
            "media_type": self.media_type,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> BusinessRecord:
        """Back from `as_data`; KeyError or ValueError for anything else."""
        return cls(
            number=str(data["number"]),
            form=BusinessForm(data["form"]),
            name=str(data["name"]),
            registered_on=date.fromisoformat(data["registered_on"]),
            active=bool(data["active"]),
            head_iin=str(data["head_iin"]),
            original=base64.b64decode(data["original"]),
            media_type=str(data["media_type"]),
        )


class BusinessMismatch(StrEnum):
    """Why a person may not act for a business they name."""

    UNKNOWN = "business_unknown"
    FORM = "business_form"
    INACTIVE = "business_inactive"
    NAME = "business_name"
    HEAD = "business_head"


def entrepreneur_problem(record: BusinessRecord | None, iin: str) -> BusinessMismatch | None:
    """Why this person is not a sole proprietor today, or None (clause 6: then no EDS is asked)."""
    if record is None or record.number != iin:
        return BusinessMismatch.UNKNOWN
    if record.form is not BusinessForm.ENTREPRENEUR:
        return BusinessMismatch.FORM
    return None if record.active else BusinessMismatch.INACTIVE


def entity_problem(record: BusinessRecord | None, number: str, name: str | None = None) -> BusinessMismatch | None:
    """Why this BIN is not a legal entity at work, under this name where one is given, or None.

    Whether its head signs is told by the record's head.
    """
    if record is None or record.number != number:
        return BusinessMismatch.UNKNOWN
    if record.form is not BusinessForm.LEGAL_ENTITY:
        return BusinessMismatch.FORM
    if not record.active:
        return BusinessMismatch.INACTIVE
    known = name is None or same_organisation(name, record.name)
    return None if known else BusinessMismatch.NAME
