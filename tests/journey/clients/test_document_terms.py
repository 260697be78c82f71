"""The term of the identity document is watched: a month, a week, and the end, each told once (clause 6-i-doc)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from nesie.foundation.notices import queries as notices
from nesie.journey.clients import queries
from nesie.journey.clients.actions import warn_of_document
from nesie.journey.clients.rules import NothingToWarnOf, warning_due
from nesie.kernel.actor import worker
from tests.given_clients import AIGERIM, registered_client

END = AIGERIM.document_valid_until


@pytest.mark.parametrize(
    ("left", "due"), [(400, None), (31, None), (30, 30), (8, 30), (7, 7), (1, 7), (0, 7), (-1, 0), (-900, 0)]
)
def test_when_a_warning_is_due(left: int, due: int | None) -> None:
    today = date(2026, 11, 23)
    assert warning_due(today + timedelta(days=left), today) == due


@pytest.mark.clause("6-i-doc")
def test_each_warning_is_sent_once_and_none_early(fresh_db, now: datetime) -> None:
    client_id = registered_client(now).id
    end = datetime.combine(END, now.timetz())
    heard = []
    for days in (-31, -30, -29, -7, -1, 0, 1, 2):
        moment = end + timedelta(days=days)
        ready = queries.documents_to_warn_of(moment, 10)
        heard += [(days, warn_of_document(worker(), moment, client_id=one)) for one in ready]
        assert queries.documents_to_warn_of(moment, 10) == []
    assert heard == [(-30, 30), (-7, 7), (1, 0)]
    with pytest.raises(NothingToWarnOf):
        warn_of_document(worker(), end + timedelta(days=3), client_id=client_id)
    assert sum(f"{END:%d.%m.%Y}" in one.text for one in notices.inbox(client_id, 20)) == 3
