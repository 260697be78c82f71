"""Load the reference of dated norms that this release ships."""

from __future__ import annotations

import csv
import hashlib
from datetime import date, datetime
from importlib import resources

from django.db import transaction

from nesie.foundation.norms.models import ParameterRow, ReferencePack
from nesie.foundation.norms.rules import Certainty, parse_value


def load_reference(now: datetime) -> bool:
    """Make the shipped parameters the ones in force; True when they were not yet.

    Idempotent: called after every migration. Rows of an earlier release stay in the table and no longer count;
    confirmations and values set by staff live on.
    """
    content = resources.files("nesie.foundation.norms").joinpath("data/parameters.csv").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        newest = ReferencePack.objects.order_by("-id").first()
        if newest is not None and newest.sha256 == digest:
            return False
        pack = ReferencePack.objects.create(sha256=digest, loaded_at=now)
        lines = csv.DictReader(content.decode("utf-8").splitlines())
        ParameterRow.objects.bulk_create(_row(pack, line) for line in lines)
    return True


def _row(pack: ReferencePack, line: dict[str, str]) -> ParameterRow:
    value = line["value"] or None
    if value is not None:
        parse_value(value, line["unit"])  # a release with a broken reference does not migrate
    return ParameterRow(
        pack=pack,
        code=line["code"],
        value=value,
        unit=line["unit"],
        valid_from=_day(line["valid_from"]),
        valid_to=_day(line["valid_to"]),
        source=line["source"],
        certainty=Certainty(line["certainty"]),
        note=line["note"],
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
