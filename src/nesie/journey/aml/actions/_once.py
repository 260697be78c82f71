"""A word that can be given once: the database's unique constraint decides who gave it."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Model

from nesie.journey.aml.rules import AlreadyDecided


def insert_once(row: Model) -> None:
    """Insert the row; AlreadyDecided when one stands there already. Two at the same moment: one of them is refused."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyDecided from error
