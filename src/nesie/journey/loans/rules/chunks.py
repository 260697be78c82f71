"""What the day close counts by: chunks of loans, and the meters of the day counts."""

from __future__ import annotations

from datetime import date

from nesie.foundation.terms import rules as terms

# Neighbours by serial number are closed together. The size is for ever: rows tell chunks by number.
# Enough that the cost per loan is the rows', few enough for modest memory and a short wait of a payment.
CHUNK_LOANS = 20_000


def chunk_of(serial: int) -> int:
    """The chunk a loan belongs to."""
    return serial // CHUNK_LOANS


def span(chunk: int) -> tuple[int, int]:
    """The first serial of a chunk, and the first after it."""
    return chunk * CHUNK_LOANS, (chunk + 1) * CHUNK_LOANS


def meter(day_count: terms.DayCount, day: date) -> int:
    """The reading of a day count at the end of a day: the weight of the days between two is their difference."""
    return terms.weight(day_count, date.min, day)
