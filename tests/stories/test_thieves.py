"""What five thieves get: a stolen phone, a stolen password, a SIM swap, a lent ID card, and somebody from within.

Told on the room of entry alone, without the running world of the other stories: nothing outside takes part.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from nesie.foundation.access import queries
from nesie.foundation.access.actions import (
    approve_request,
    begin_passkey,
    begin_recovery,
    begin_recovery_biometric,
    change_staff_roles,
    open_session,
    request_approval,
    revoke_device,
    send_recovery_code,
    send_sign_in_code,
    set_password,
    sign_in_client,
    sign_in_with_eds,
    sign_out_session,
)
from nesie.foundation.access.rules import (
    Attempt,
    OwnRequest,
    RecoveryOutcome,
    SessionKind,
    SignInStatus,
)
from nesie.foundation.audit.models import AuditRecord
from nesie.foundation.audit.rules import ApprovalNeeded, NotPermitted
from nesie.foundation.identification import queries as identities
from nesie.foundation.notices import queries as notices
from nesie.kernel.actor import Actor, Channel, Origin, Role
from nesie.kernel.refused import NotFound
from tests.authenticator import SITE
from tests.foundation.access.test_factors import client, with_app
from tests.foundation.access.test_recovery import OTHER, aigerim, asked, signed
from tests.given_access import PASSWORD, code_sent_to, enrolled_phone, staff_member, visitor
from tests.given_identification import identities as wired
from tests.phones import Phone

PHONE = "+77770990001"


def _own(actor: Actor) -> UUID:
    assert actor.id is not None
    return actor.id


@pytest.mark.clause("26.2", "11-replay")
def test_a_stolen_phone(db: None, now: datetime) -> None:
    """Aigerim's unlocked phone is taken from her hand, with the application open.

    The thief cannot make the access his own: what protects it wants the password. She rings up; the operator signs the
    phone off, and within the same second its session and its key open nothing. The money would have wanted her face
    and her electronic key besides.
    """
    actor, phone = client(now), Phone()
    enrolled_phone(now, _own(actor), phone)
    origin = Origin("", "", phone.thumbprint)
    key = open_session(SessionKind.CLIENT, now, channel=Channel.MOBILE, subject_id=_own(actor), origin=origin)
    thief = queries.actor_of(key, now, origin)
    assert thief is not None
    assert set_password(thief, now, password="Ұрының-құпиясөзі-1", current="1234") is Attempt.WRONG
    assert begin_passkey(thief, now, site=SITE, current="1234").challenge_id is None
    operator = Actor(uuid4(), frozenset({Role.OPERATOR}), Channel.WEB)
    (device,) = [one for one in queries.devices(operator, _own(actor)) if one.revoked_at is None]
    revoke_device(operator, now, device_id=device.id)
    assert queries.actor_of(key, now, origin) is None
    assert "device_revoked" in {notice.template for notice in notices.inbox(_own(actor))}


@pytest.mark.clause("6-access", "25.9")
def test_a_stolen_password(db: None, now: datetime) -> None:
    """Daulet typed his password into a page that only looked like ours.

    Before he adds an authenticator app the password opens his account, and he is told at once of a browser never seen
    before; he ends that session and changes the password, and with it every other session ends. After it, the password
    alone opens nothing any more.
    """
    actor = client(now)
    elsewhere = Origin("198.51.100.9", "Mozilla/5.0 (X11; Linux x86_64) Firefox/133.0", "t" * 43)
    thief = Actor(None, frozenset({Role.GUEST}), Channel.WEB, visitor(now).session, elsewhere)
    stolen = sign_in_client(thief, now, phone=PHONE, password=PASSWORD)
    assert stolen.status is SignInStatus.SIGNED_IN
    assert "signed_in_new_device" in {notice.template for notice in notices.inbox(_own(actor))}
    (foreign,) = [one for one in queries.sessions(actor, now) if one.program == "Firefox, Linux"]
    sign_out_session(actor, now, session_id=foreign.id)
    assert queries.actor_of(stolen.session_key, now, elsewhere) is None
    with_app(actor, now)
    assert sign_in_client(visitor(now), now, phone=PHONE, password=PASSWORD).status is SignInStatus.WRONG
    assert set_password(actor, now, password="Жаңа-құпиясөз-2026", current=PASSWORD) is Attempt.DONE


@pytest.mark.clause("6-access")
def test_a_sim_swap(db: None, now: datetime) -> None:
    """Somebody has talked the operator's shop into a second SIM card with Madina's number.

    The codes come to him now. Her authenticator app does not. He tries the recovery: the code opens a session for the
    visit to the identification centre, which knows her face and not his; it shows nothing of hers.
    """
    wired(now)
    actor = aigerim(now)
    with_app(actor, now)
    thief = visitor(now)
    send_sign_in_code(thief, now, phone=PHONE, language="ru")
    assert sign_in_client(thief, now, phone=PHONE, code=code_sent_to(PHONE)).status is SignInStatus.WRONG
    later = now + timedelta(minutes=1)
    thief = visitor(later)
    send_recovery_code(thief, later, phone=PHONE, language="ru")
    begun = begin_recovery(thief, later, phone=PHONE, code=code_sent_to(PHONE))
    assert begun.outcome is RecoveryOutcome.BEGUN
    within = queries.actor_of(begun.session_key, later)
    assert within is not None
    assert within.id != actor.id
    assert within.roles == {Role.GUEST}
    assert queries.recovery_waits_until(actor) is None, "nothing waits before the face was seen"
    with pytest.raises(NotPermitted):
        set_password(Actor(within.id, frozenset(), Channel.WEB), later, password="Ұрының-құпиясөзі-1")
    with pytest.raises(NotFound):
        begin_recovery_biometric(visitor(later), later, redirect_uri="https://nesie.example/back")


@pytest.mark.clause("6-access", "35")
def test_a_lent_id_card(db: None, now: datetime) -> None:
    """Daniyar has lent his ID card with its electronic key to a friend, who wants to get into Aigerim's account.

    The key names its holder: it opens the account of nobody else, and Daniyar, who is no client, has none.
    """
    world = wired(now)
    aigerim(now)
    guest = visitor(now)
    given = asked(guest, now)
    answer = signed(world, given.text, now, person=OTHER)
    verdict = identities.judge_sign_in(answer["cms"], given.text, at=now, evidence=answer["evidence"])
    assert verdict.ok, "the card itself is in order"
    assert verdict.signer is not None
    assert verdict.signer.iin == OTHER.iin
    assert sign_in_with_eds(guest, now, challenge_id=given.challenge_id, **answer).status is SignInStatus.WRONG


@pytest.mark.clause("27", "28")
def test_somebody_from_within(db: None, now: datetime) -> None:
    """An administrator wants to give himself the cashier's role, to pay out what nobody asked for.

    He cannot do it alone, cannot approve it himself, and cannot read a client. What he tried stands in the trail.
    """
    boss = staff_member(now, Role.ADMINISTRATOR, login="boss")
    actor = boss.signed_in(now)
    wish = {"staff_id": boss.id, "roles": (Role.ADMINISTRATOR, Role.CASHIER)}
    with pytest.raises(ApprovalNeeded):
        change_staff_roles(actor, now, **wish)
    asked_for = request_approval(actor, now, permission="change_staff_roles", arguments=wish, summary="needed")
    with pytest.raises(OwnRequest):
        approve_request(actor, now, approval_id=asked_for, password=PASSWORD, totp="000000")
    with pytest.raises(NotFound):
        queries.devices(actor, uuid4())
    refused = AuditRecord.objects.filter(actor_id=boss.id, outcome="refused").values_list("act", flat=True)
    assert {"change_staff_roles", "approve_request"} <= set(refused)
