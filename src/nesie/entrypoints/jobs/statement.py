"""Reads the bank's statement and books what came in; the bank is asked outside any transaction."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import cast

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from nesie.journey.payments import actions, queries
from nesie.journey.payments.gateways import Bank, BankBusy, BankSilent
from nesie.journey.payments.rules import BANK_SOURCE
from nesie.kernel.actor import worker

_log = structlog.get_logger("nesie.statement")
PAGES_MAX = 20


@cache
def configured_bank() -> Bank:
    """The bank that the installation's settings name (NESIE_BANK)."""
    return cast(Bank, import_string(settings.NESIE_BANK)())


def read_statement(bank: Bank, now: datetime) -> int:
    """Book every receipt after the cursor; how many were read. A silent bank is asked again at the next call.

    Killed anywhere, the next call goes on from the last booked receipt: the cursor moves in the same transaction.
    """
    read = 0
    for _ in range(PAGES_MAX):
        try:
            page = bank.incoming(queries.statement_cursor())
        except (BankSilent, BankBusy) as trouble:
            _log.info("bank_silent", kind=type(trouble).__name__)
            break
        for payment in page:
            actions.record_receipt(worker(), now, source=BANK_SOURCE, payment=payment)
        read += len(page)
        if not page:
            break
    return read
