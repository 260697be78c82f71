"""What each role of the staff may not do or see, asked of every use case and every query there is (clause 27).

Nothing is left out: a use case without a permission, or a query for an actor that is in no table here, fails.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

import nesie
from nesie.config.wiring import permissions
from nesie.foundation.audit.models import AuditRecord
from nesie.foundation.audit.rules import NotPermitted, Outcome
from nesie.foundation.audit.use_case import USE_CASES
from nesie.foundation.norms.rules import business_day
from nesie.journey.contracts import queries as contracts
from nesie.kernel.actor import CASE_ROLES, STAFF_ROLES, Actor, Channel, Role
from nesie.kernel.ids import new_id
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound, Refused
from tests import given

ROOT = Path(nesie.__file__).parent
Query = Callable[..., Any]


def _queries() -> Iterator[tuple[str, Query]]:
    """`room.name` and the function of every query that is asked by an actor."""
    for path in sorted(ROOT.glob("*/*/queries*")):
        module = "nesie." + ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for name, function in inspect.getmembers(importlib.import_module(module), inspect.isfunction):
            own = not name.startswith("_") and function.__module__.startswith(module)
            if own and next(iter(inspect.signature(function).parameters), "") == "actor":
                yield f"{path.parent.name}.{name}", function


def _names(listed: str) -> set[str]:
    return set(listed.split())


def _staff(role: Role) -> Actor:
    return Actor(new_id(), frozenset({role}), Channel.WEB)


# Roles that may be told, by query. Others get a refusal or nothing.
KEEPERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
OVERSEERS = KEEPERS | {Role.COMPLIANCE_OFFICER, Role.RISK_OFFICER}
COMPLIANCE = frozenset({Role.COMPLIANCE_OFFICER, Role.AUDITOR})
READERS: dict[str, frozenset[Role]] = dict.fromkeys(
    _names(
        """
        access.devices documents.described_for notices.sent_to aml.due_diligence applications.application
        applications.applications_of applications.chosen_offer applications.decisions
        applications.lock_application applications.may_see applications.offers applications.timeline
        applications.work_queue clients.account clients.accounts clients.acknowledgements
        clients.active_client clients.changing_client clients.client clients.client_history clients.clients
        clients.details_change clients.details_changes clients.leaks clients.letters
        clients.lock_registration clients.may_see_client clients.may_see_registration clients.questions
        clients.registration clients.registration_history clients.registrations_in_review
        clients.unread_letters contracts.change contracts.changes_awaiting contracts.changes_of
        contracts.contract contracts.contract_of_application contracts.contracts_of contracts.document_of
        contracts.lock contracts.lock_change contracts.money_awaited contracts.open_changes
        creditworthiness.assessments creditworthiness.inquiries loans.accruals loans.duties_of_loan
        loans.early_ways loans.events_of loans.explained_day loans.foreseen loans.foreseen_change
        loans.loans loans.open_duties loans.papers_of_loan loans.position loans.positions_of_client
        loans.quote_payoff loans.schedules loans.settlement loans.settlements loans.statement loans.visible
        payments.check_disbursed payments.disbursements_of payments.held_payouts payments.in_suspense
        payments.ownership_of payments.receipts_of payments.refunds_of payments.refused_refunds
        payments.repayment_details
        """
    ),
    CASE_ROLES,
) | {
    "access.access_review": KEEPERS,
    "access.staff": KEEPERS,
    "access.emergencies": OVERSEERS,
    "access.seals": OVERSEERS,
    "aml.lists": COMPLIANCE,
    "aml.matches_to_judge": COMPLIANCE,
    "aml.refusals": COMPLIANCE,
    "aml.risks_to_decide": COMPLIANCE,
    "aml.screenings": COMPLIANCE,
}
# Of the asker alone, or of nobody: numbers without names, requests the asker may decide.
OF_ONESELF = _names(
    """
    access.approvals access.approvals_to_decide access.bears_standing access.enrolled access.entry_evidence
    access.factors
    access.has_password access.is_recovering access.just_signed_in access.live_emergencies access.own_contacts
    access.own_emergencies access.own_id access.own_seals access.password_days access.recovering
    access.recovery_shown_at access.recovery_waits_until access.session_key_bound access.sessions
    identification.biometric_session identification.challenge identification.document_to_sign
    identification.liveness_session identification.outcome_of identification.own_liveness
    applications.counts clients.unread_count loans.day_close_progress loans.late_loans
    """
)
# What is asked about does not exist in the world below: there only the others' refusals are looked at.
NOT_HERE = {
    "clients.details_change", "clients.questions", "clients.lock_registration", "contracts.change",
    "contracts.lock_change", "loans.foreseen_change", "loans.foreseen", "contracts.document_of",
}  # fmt: skip
# Takes a book that its caller has read with the actor's rights.
OF_A_BOOK = {"loans.check_transfer"}


def test_every_query_for_an_actor_stands_in_one_table() -> None:
    names = {name for name, _ in _queries()}
    assert names == set(READERS) | OF_ONESELF | OF_A_BOOK
    assert not set(READERS) & OF_ONESELF


@pytest.mark.clause("27", "11-secrecy")
def test_a_query_tells_each_role_what_its_duties_need_and_no_more(db: None, now: datetime) -> None:
    wrong = []
    with given.active_loan(now) as loan:
        known = _things(loan)
        for name, query in _queries():
            for role in sorted(STAFF_ROLES) if name in READERS else ():
                told = _told(query, _staff(role), known)
                too_little = role in READERS[name] and told == "refused" and name not in NOT_HERE
                too_much = role not in READERS[name] and told == "told"
                if too_little or too_much:
                    wrong.append(f"{name} to {role}: {told}")
    assert wrong == []


def _things(loan: given.ActiveLoan) -> dict[str, Any]:
    """One of everything, by the names of arguments."""
    view = contracts.contract(_staff(Role.OPERATOR), loan.contract_id, loan.opened_at)
    client_id = loan.who.client_id
    return {
        **dict.fromkeys(("client_id", "owner_id", "holder_id", "registration_id"), client_id),
        **dict.fromkeys(("application_id", "case_id"), view.application_id),
        "account_id": loan.who.account_id,
        "amount": Money.tenge(1000),
        "contract_id": loan.contract_id,
        "document_id": view.sign_document_id,
        "limit": 5,
        "language": "ru",
        "loan_id": loan.loan_id,
        "now": loan.opened_at,
        "on": business_day(loan.opened_at) + timedelta(days=1),
        "search": loan.who.person.iin,
    }


def _told(query: Query, actor: Actor, known: dict[str, Any]) -> str:
    """`told`, `nothing`, or `refused` as what is not there."""
    parts = list(inspect.signature(query).parameters.values())[1:]
    asked = {
        part.name: known.get(part.name, new_id())
        for part in parts
        if part.kind is not part.VAR_POSITIONAL and (part.name in known or part.default is part.empty)
    }
    try:
        with transaction.atomic():
            return "told" if query(actor, **asked) else "nothing"
    except NotFound:
        return "refused"
    except (Refused, AttributeError):  # looked at, and found wanting
        return "nothing"


@pytest.mark.clause("27", "32")
def test_a_use_case_refuses_each_role_it_is_not_for_and_writes_that_down(db: None, now: datetime) -> None:
    permitted, _ = permissions()
    cases = {name: case for name, case in USE_CASES.items() if case.__module__.startswith("nesie.")}
    refused = wrong = 0
    for name, case in sorted(cases.items()):
        parts = [part.name for part in list(inspect.signature(case).parameters.values())[2:]]
        for role in sorted(STAFF_ROLES - permitted.get(name, frozenset())):
            try:
                case(_staff(role), now, **dict.fromkeys(parts))
            except NotPermitted:
                refused += 1
            else:
                wrong += 1
    assert wrong == 0
    assert AuditRecord.objects.filter(outcome=Outcome.REFUSED).count() == refused > 100


# An auditor reads, and an administrator keeps the machines and the accounts: neither moves a client's case on.
FOR_AUDITORS = _names(
    """
    add_passkey begin_passkey break_glass end_emergency export_books open_document read_letter
    remove_passkey set_own_contacts set_password sign_out sign_out_session
    """
)


@pytest.mark.clause("27")
def test_an_auditor_reads_and_an_administrator_moves_no_case_on() -> None:
    permitted, _ = permissions()
    assert {name for name, roles in permitted.items() if Role.AUDITOR in roles} == FOR_AUDITORS
    rooms = {
        USE_CASES[name].__module__.split(".")[1] for name, roles in permitted.items() if Role.ADMINISTRATOR in roles
    }
    assert rooms == {"foundation"}
