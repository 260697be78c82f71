"""Those to whom nothing is lent.

Timur stands on the list of persons tied to terrorism. Madina has forbidden lenders to lend to her. Olga pays another
lender late. And for Daniyar, of whom nothing bad is known, the credit bureau does not answer: that is no yes either,
and he waits until it does. Each refusal is kept with its ground; the client reads as much of it as the
Law lets him know.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from nesie.entrypoints.story.walk import Walk
from nesie.journey.aml import queries as aml
from nesie.journey.aml.rules import Ground
from nesie.journey.applications import queries as applied
from nesie.journey.applications.rules import Status
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ContractStatus, NothingChosen, SignOutcome
from nesie.journey.payments import queries as payments
from nesie.kernel.actor import Role
from nesie.kernel.ids import ApplicationId
from tests.given_applications import officer
from tests.stories.world import DAY, World

COMPLIANCE = officer(Role.COMPLIANCE_OFFICER)


def newcomer(world: World, key: str) -> Walk:
    """Registered just now, ready to apply."""
    walk = world.comes(key)
    walk.register()
    walk.read_texts()
    walk.name_account()
    return walk


def declined(world: World, walk: Walk) -> ApplicationId:
    """Declined by the rules: no offer, nothing to draw a contract from."""
    application_id = world.screened(walk)
    assert applied.application(walk.actor, application_id).status is Status.DECLINED
    assert applied.offers(walk.actor, application_id) == []
    with pytest.raises(NothingChosen):
        walk.draft(application_id)
    return application_id


def grounds(application_id: ApplicationId) -> set[str]:
    """The codes for which the rules said no, as a credit officer sees them."""
    (decision, *_) = applied.decisions(officer(), application_id)
    return {reason.code for reason in decision.decision.reasons}


@pytest.mark.clause("10-aml")
@pytest.mark.clause("8.1")
def test_a_listed_person_is_refused_and_the_compliance_officer_sees_it(world: World) -> None:
    timur = newcomer(world, "timur")
    application_id = declined(world, timur)
    (refusal,) = aml.refusals(COMPLIANCE)
    assert (refusal.subject_id, refusal.client_id, refusal.ground) == (application_id, timur.client_id, Ground.LISTED)
    told = [reason.code for move in applied.timeline(timur.actor, application_id) for reason in move.reasons]
    assert not any("list" in code for code in told), "no tipping off"


@pytest.mark.clause("10-law")
def test_a_voluntary_refusal_is_honoured(world: World) -> None:
    madina = newcomer(world, "madina")
    assert "voluntary_refusal" in grounds(declined(world, madina))


@pytest.mark.clause("10-law")
def test_arrears_elsewhere_are_a_ground_of_the_law(world: World) -> None:
    olga = newcomer(world, "olga")
    assert any(code.startswith(("delay", "overdue")) for code in grounds(declined(world, olga)))


@pytest.mark.clause("10-law")
@pytest.mark.parametrize("path", ["/FCBServices", "/voluntary-refusal"], ids=["the bureau", "the register"])
def test_no_answer_is_a_hold_and_never_a_yes(world: World, path: str) -> None:
    daniyar = world.daniyar()
    world.order("bureau", "refuse", path=path, times=1000)
    application_id = world.screened(daniyar)
    for _ in range(3):
        world.after(timedelta(minutes=40))
        world.work()
    assert applied.application(daniyar.actor, application_id).status is Status.HELD
    assert applied.offers(daniyar.actor, application_id) == []
    world.tell("bureau", "/_stage/reset")
    world.patiently(minutes=150, every=30)
    assert applied.application(daniyar.actor, application_id).status is Status.OFFERED


@pytest.mark.clause("10-law")
def test_a_refusal_set_between_the_offer_and_the_signature_counts(world: World) -> None:
    daniyar = world.daniyar()
    application_id = world.screened(daniyar)
    daniyar.choose(application_id)
    world.tell("bureau", "/_people", iin=world.people["daniyar"]["iin"], refusal=True)
    made = daniyar.draft(application_id)
    assert daniyar.sign(made).outcome is SignOutcome.NOT_ALLOWED_NOW
    found = contracts.contract(daniyar.actor, made.contract_id, world.now)
    assert found.status is ContractStatus.DRAFTED


@pytest.mark.clause("10-law")
def test_a_refusal_set_during_the_24_hours_stops_the_money(world: World) -> None:
    daniyar = world.daniyar()
    contract_id = world.consented(daniyar)
    world.tell("bureau", "/_people", iin=world.people["daniyar"]["iin"], refusal=True)
    for _ in range(3):
        world.work()
        world.after(timedelta(hours=2))
    assert world.payments_made() == []
    assert payments.held_payouts(officer()) == (contract_id,)


@pytest.mark.clause("10-aml")
def test_a_person_listed_during_the_24_hours_is_not_paid(world: World) -> None:
    daniyar = world.daniyar()
    contract_id = world.signed(daniyar)
    his = world.people["daniyar"]
    world.tell(
        "afm", "/_list", iin=his["iin"], surname=his["surname"].upper(), given_name=his["given_name"].upper(),
        patronymic=his["patronymic"].upper(), birthdate="19.07.1988",
    )  # fmt: skip
    world.after(DAY)
    daniyar.sign_in()
    daniyar.consent_to_receive(contract_id)
    for _ in range(2):
        world.work()
        world.after(timedelta(hours=2))
    assert world.payments_made() == []
    (refusal,) = aml.refusals(COMPLIANCE)
    assert (refusal.subject_id, refusal.ground) == (contract_id, Ground.LISTED)
