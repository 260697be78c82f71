"""Telling people: what is kept, what is sent, what nobody else may see."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import structlog
from django.db import transaction

from nesie.entrypoints.jobs.exchange import deliver_due
from nesie.foundation.audit.models import AuditRecord
from nesie.foundation.exchange.adapters.switchboard import Switchboard
from nesie.foundation.exchange.rules import AnswerStatus
from nesie.foundation.notices import actions, queries, rules
from nesie.foundation.notices.adapters.carrier import KINDS, NoticeCarrier
from nesie.foundation.notices.adapters.fake import FakeEmail, FakePost, FakeSms
from nesie.foundation.notices.models import Notice
from nesie.foundation.notices.rules import Channel
from nesie.kernel.actor import Actor, Role, client
from nesie.kernel.actor import Channel as Entry
from nesie.kernel.money import Money

PHONE, EMAIL = "+77770990001", "aigerim@example.kz"
STAFF = Actor(UUID(int=7), frozenset({Role.OPERATOR}), Entry.WEB)


@pytest.fixture(autouse=True)
def _database(request: pytest.FixtureRequest) -> None:
    """Rolled back after the test; where several sessions meet, a database of its own."""
    if "fresh_db" not in request.fixturenames:
        request.getfixturevalue("db")


@pytest.fixture
def post():
    return FakePost()


@pytest.fixture
def carry(post, now):
    carrier = NoticeCarrier(FakeSms(post), FakeEmail(post))
    return lambda at=now: deliver_due(Switchboard(dict.fromkeys(KINDS, carrier)), lambda: at, lambda: at)


def tell(owner, now, template="money_sent", params=None, **more):
    with transaction.atomic():
        return actions.notify(
            owner,
            template=template,
            params=params if params is not None else {"number": "МК-1", "amount": Money.tenge(150_000)},
            language="ru",
            now=now,
            **{"phone": PHONE, "email": EMAIL} | more,
        )


def test_a_notice_goes_by_every_channel_and_stays_in_the_inbox(now, post, carry):
    owner = uuid4()
    notice_id = tell(owner, now)
    assert carry() == 2
    assert post.sms == [(PHONE, "Nesie: по договору МК-1 на ваш счёт отправлено 150\u00a0000\u00a0₸.")]
    assert [(key, to, subject) for key, to, subject, _ in post.emails] == [(str(notice_id), EMAIL, "Деньги отправлены")]
    (view,) = queries.inbox(owner)
    assert "150\u00a0000\u00a0₸" in view.text
    assert queries.unread_count(owner) == 1
    (sent,) = queries.sent_to(STAFF, owner)
    assert {channel: status for channel, status, _ in sent.channels} == {
        Channel.SMS: AnswerStatus.ANSWERED,
        Channel.EMAIL: AnswerStatus.ANSWERED,
    }


def test_reading_is_noted_once_and_only_by_the_addressee(now, post):
    owner = uuid4()
    notice_id = tell(owner, now)
    with pytest.raises(rules.NoticeNotFound):
        actions.mark_read(client(uuid4()), now, notice_id=notice_id)
    first = actions.mark_read(client(owner), now, notice_id=notice_id)
    assert actions.mark_read(client(owner), now.replace(hour=9), notice_id=notice_id) == first == now
    assert queries.unread_count(owner) == 0
    with pytest.raises(rules.NoticeNotFound):
        queries.sent_to(client(uuid4()), owner)


def test_a_code_reaches_the_phone_and_nobody_else_sees_it(now, post, carry, owner_sql):
    owner = uuid4()
    with structlog.testing.capture_logs() as logs:
        tell(owner, now, "one_time_code", {"code": "482913", "minutes": 5}, channels=(Channel.SMS,))
        post.order("drop_after")
        carry()
    assert "482913" in post.sms[0][1]
    assert queries.inbox(owner) == []
    (sent,) = queries.sent_to(STAFF, owner)
    assert "482913" not in sent.notice.text
    assert rules.SECRET_SHOWN in sent.notice.text
    assert [status for _, status, _ in sent.channels] == [AnswerStatus.UNKNOWN]
    tables = ["notices_notice", "notices_dispatch", "exchange_message", "exchange_attempt", "exchange_receipt"]
    tables += ["audit_auditrecord"]
    found = str([owner_sql(f"SELECT t::text FROM {table} t") for table in tables])
    for secret in ("482913", PHONE, EMAIL):
        assert secret not in str(logs)
        assert secret not in found
        assert secret.encode().hex() not in found
        assert secret not in json.dumps(list(AuditRecord.objects.values_list("arguments", "result")))
    assert logs[-1]["event"] == "message_waits_for_a_person"


def test_a_code_that_could_not_be_sent_in_its_life_is_not_sent_at_all(now, post, carry):
    tell(uuid4(), now, "one_time_code", {"code": "482913", "minutes": 5}, channels=(Channel.SMS,))
    post.order("refuse")
    carry()
    carry(now + timedelta(minutes=5, seconds=1))
    assert post.sms == []


def test_without_an_address_the_other_channels_remain_and_without_any_it_is_a_bug(now, post, carry):
    owner = uuid4()
    tell(owner, now, phone=None, email=None)
    assert carry() == 0
    assert len(queries.inbox(owner)) == 1
    with pytest.raises(rules.NoWayToTell):
        tell(owner, now, "one_time_code", {"code": "1", "minutes": 5}, phone=None)


def test_a_number_the_gateway_refuses_is_failed_and_said_so(now, post, carry):
    owner = uuid4()
    tell(owner, now, phone="+70", email=None)
    carry()
    (sent,) = queries.sent_to(STAFF, owner)
    assert [status for _, status, _ in sent.channels] == [AnswerStatus.FAILED]


def test_a_rolled_back_act_tells_nobody(now, post, carry):
    with transaction.atomic():
        actions.notify(uuid4(), template="registration_complete", params={}, language="kk", now=now, email=EMAIL)
        transaction.set_rollback(True)
    assert carry() == 0
    assert Notice.objects.count() == 0


def test_a_notice_cannot_be_rewritten(now):
    tell(uuid4(), now)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Notice.objects.update(language="kk")
