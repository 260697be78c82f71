"""Set a dated value of a norm that the shipped reference lacks or has otherwise."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.models import ParameterRow
from nesie.foundation.norms.rules import Certainty, ValueUnfit, parse_value
from nesie.kernel.actor import Actor


@use_case
def set_parameter(
    actor: Actor,
    now: datetime,
    *,
    code: str,
    value: str,
    unit: str,
    valid_from: date,
    valid_to: date | None = None,
    source: str,
) -> int:
    """Add a value in force from `valid_from` (to `valid_to` inclusive); it wins over a shipped one of the same start.

    Four eyes. Nothing is overwritten: contracts of earlier days keep their values; the id of the new row. ValueUnfit.
    """
    parse_value(value, unit)
    if valid_to is not None and valid_to < valid_from:
        raise ValueUnfit(field="valid_to")
    row = ParameterRow.objects.create(
        code=code,
        value=value,
        unit=unit,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
        certainty=Certainty.SET,
        set_at=now,
        set_by=actor.id,
    )
    return row.pk
