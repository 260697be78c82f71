"""Confirm, on counsel's word, a value that was only recalled or reported."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms import queries
from nesie.foundation.norms.models import ParameterConfirmation
from nesie.foundation.norms.rules import NoSuchRow
from nesie.kernel.actor import Actor


@use_case
def confirm_parameter(
    actor: Actor, now: datetime, *, code: str, valid_from: date | None, value: str, basis: str
) -> None:
    """Confirm the row of `code` that starts on `valid_from` and says `value`; `basis` names the text that was read.

    Four eyes. NoSuchRow when there is no such row: a value that is not known is set, not confirmed.
    """
    matching = [row for row in queries.rows_of(code) if row.valid_from == valid_from and row.text == value]
    if not matching:
        raise NoSuchRow(code=code)
    for row in matching:
        ParameterConfirmation.objects.create(
            code=code, fingerprint=row.fingerprint, basis=basis, confirmed_at=now, confirmed_by=actor.id
        )
