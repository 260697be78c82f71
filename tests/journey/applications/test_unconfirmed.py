"""A lender that lacks a norm decides nothing by it."""

from __future__ import annotations

from datetime import datetime

from nesie.journey.applications import queries
from nesie.journey.applications.rules import Status
from nesie.journey.creditworthiness import queries as creditworthiness
from nesie.kernel.actor import worker
from tests import given_applications as given


def test_a_norm_that_nobody_has_confirmed_holds(db: None, now: datetime) -> None:
    with given.outside() as world:
        given.open_for_business(now, world, but="min_age")
        application_id = given.submitted(now, given.applicant(now))
        world.work(now)
        assert queries.application(worker(), application_id).status is Status.HELD
        (reason,) = queries.timeline(given.officer(), application_id)[-1].reasons
        assert reason.code == "norm_unconfirmed"
        assert "min_age" in creditworthiness.unusable_norms(now.date())
