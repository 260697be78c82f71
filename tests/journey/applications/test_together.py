"""Two at the same moment: the database lets one of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection

from nesie.journey.applications import actions, queries
from nesie.journey.applications.rules import AlreadyOpen, MoveNotAllowed, Status
from nesie.kernel.actor import worker
from nesie.kernel.refused import Refused
from tests import given_applications as given

pytestmark = pytest.mark.usefixtures("fresh_db")
HANDS = 6


def at_once(act) -> list[Refused | None]:
    """What each of several hands doing the same thing at once was told."""

    def one(_: int) -> Refused | None:
        try:
            act()
        except Refused as refused:
            return refused
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(one, range(HANDS)))


def test_one_application_of_many_at_once_and_one_choice(now: datetime) -> None:
    with given.outside() as world:
        given.open_for_business(now, world)
        who = given.applicant(now)
        told = at_once(lambda: given.submitted(now, who))
        assert [each for each in told if each is None] == [None]
        assert all(isinstance(each, AlreadyOpen) for each in told if each)
        world.work(now)
        (application,) = queries.applications_of(who.actor, who.client_id)
        offer = queries.offers(who.actor, application.id)[0]
        told = at_once(lambda: actions.choose_offer(who.actor, now, application_id=application.id, offer_id=offer.id))
        assert [each for each in told if each is None] == [None]
        assert all(isinstance(each, MoveNotAllowed) for each in told if each)
        assert queries.application(worker(), application.id).status is Status.CHOSEN
