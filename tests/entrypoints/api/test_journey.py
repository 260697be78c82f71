"""Aigerim's first loan through a program of hers: from an unknown phone to a loan repaid early, by the API alone.

The outside world is in memory; only it, the worker's hands and the lender's officer act beside her program.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from nesie.entrypoints import clock
from nesie.entrypoints.jobs.exchange import deliver
from nesie.foundation.access.gateways import Wiring as AccessWiring
from nesie.foundation.access.rules import proofs
from nesie.foundation.identification.adapters.carrier import PersonCarrier
from nesie.foundation.identification.adapters.fake import FakeRegistry
from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import AccountRef, Chart
from nesie.foundation.norms.actions import push_clock
from nesie.journey.clients import actions as client_actions
from nesie.kernel.actor import worker
from nesie.kernel.ids import ClientId, ContractId, LetterId, MessageId
from nesie.kernel.money import Money
from nesie.simulators.people import by_key
from tests import given_applications, given_contracts, given_loans, phones
from tests.entrypoints.api.world import RETURN, Caller
from tests.given_access import code_sent_to
from tests.given_clients import record_of
from tests.given_contracts import Stand
from tests.given_identification import holder_of

PERSON = by_key("aigerim")
KEY = phones.Phone()  # each call of hers bears its proof
MAKER = phones.Maker()
PDF = b"%PDF-1.7\nsalary\n%%EOF"


@dataclass
class Phone:
    """Her program: every call must succeed unless another status is expected."""

    stand: Stand
    caller: Caller

    def __call__(self, method: str, address: str, body: Any = None, *, expect: int = 200, **form: Any) -> Any:
        answer = self.caller.call(method, address, body, **form)
        assert answer.status_code == expect, (method, address, answer.status_code, answer.content)
        return answer.json() if answer.content and "json" in answer["Content-Type"] else answer

    def with_token(self, token: str) -> Phone:
        return Phone(self.stand, Caller(token=token, fixed=True, phone=KEY))

    def content(self, document_id: str) -> bytes:
        return bytes(self("GET", f"/documents/{document_id}/content").content)

    def signed(self, challenge: dict[str, Any]) -> str:
        """The document signed with her key in NCALayer; the proof's id."""
        identities = self.stand.identities.at(clock.business_now())
        content = self.content(challenge["document_id"])
        assert hashlib.sha256(content).hexdigest() == challenge["document_sha256"]
        cms = identities.authority.sign(content, identities.authority.leaf(holder_of(PERSON)))
        answer = self("POST", f"/signatures/{challenge['id']}", {"cms": base64.b64encode(cms).decode()})
        assert answer["accepted"], answer
        return str(answer["proof_id"])

    def recognised(self, visit: dict[str, Any]) -> str:
        """Her face before the identification centre, and back; the proof's id."""
        biometrics = self.stand.identities.biometrics
        request_uri = parse_qs(urlsplit(visit["address"]).query)["request_uri"][0]
        state = biometrics.visits[request_uri].request.state
        back = {"state": state, "code": biometrics.approve(request_uri, clock.business_now()), "return_address": RETURN}
        answer = self("POST", f"/biometrics/{visit['session_id']}", back)
        assert answer["passed"], answer
        return str(answer["proof_id"])


@pytest.fixture
def phone(fresh_db: Any) -> Iterator[Phone]:
    with _open_lender() as stand, pytest.MonkeyPatch.context() as patch:
        patch.setattr(AccessWiring, "attestation", phones.Vouching(phones.trust(MAKER)))
        yield Phone(stand, Caller(fixed=True, phone=KEY))


@contextmanager
def _open_lender() -> Iterator[Stand]:
    with given_contracts.stand(clock.business_now()) as stand:
        yield stand


def later(**span: int) -> datetime:
    """The demo's clock pushed forward."""
    push_clock(worker(), clock.business_now(), seconds=int(timedelta(**span).total_seconds()))
    return clock.business_now()


def registered(phone: Phone) -> Phone:
    """From an unknown phone to a client, step by step (clause 6)."""
    guest = phone.with_token(phone("POST", "/session/guest", {"channel": "mobile"}, expect=201)["token"])
    started = guest("POST", "/registrations", {"phone": PERSON.phone, "language": "kk"}, expect=201)
    one = f"/registrations/{started['registration_id']}"
    wrong = guest("POST", f"{one}/phone", {"code": "0000000"})
    assert (wrong["outcome"], wrong["token"]) == ("wrong", None)
    confirmed = guest("POST", f"{one}/phone", {"code": code_sent_to(PERSON.phone)})
    hers = phone.with_token(confirmed["token"])
    names = ("surname", "given_name", "patronymic", "iin", "address", "email")
    hers("PUT", f"{one}/person", {name: getattr(PERSON, name) for name in names}, expect=204)
    paper = {
        "kind": PERSON.document_kind,
        "number": PERSON.document_number,
        "issued_on": PERSON.document_issued_on.isoformat(),
        "valid_until": PERSON.document_valid_until.isoformat(),
        "issuer": PERSON.document_issuer,
    }
    hers("PUT", f"{one}/document", paper, expect=204)
    hers("POST", f"{one}/photo", photo=SimpleUploadedFile("me.png", PERSON.portrait()), expect=201)
    consents = ["personal_data", "state_sources", "biometrics", "credit_bureau"]
    hers("PUT", f"{one}/consents", {"consents": consents}, expect=204)
    asked = hers("POST", f"{one}/state-check", expect=202)
    assert hers("POST", f"{one}/state-check/answer")["outcome"] == "no_answer"
    registry = PersonCarrier(FakeRegistry(record_of(PERSON)))
    deliver(MessageId(UUID(asked["message_id"])), registry, clock=clock.business_now, machine=clock.machine_now)
    assert hers("POST", f"{one}/state-check/answer") == {"outcome": "matches", "differences": []}
    hers("POST", f"{one}/statement", {"language": "kk"}, expect=201)
    visit = hers("POST", f"{one}/biometric", {"return_address": RETURN}, expect=201)
    hers("PUT", f"{one}/biometric", {"proof_id": hers.recognised(visit)}, expect=204)
    challenge = hers("POST", f"{one}/signature", expect=201)
    hers("PUT", f"{one}/signature", {"proof_id": hers.signed(challenge)}, expect=204)
    assert hers("GET", one)["next_step"] == "complete"
    done = hers("POST", f"{one}/completion", expect=201)
    hers("GET", one, expect=401)  # the applicant's session is over
    hers = phone.with_token(done["token"])
    assert hers("GET", "/client", expect=403)["code"] == "DeviceUnknown"
    return enrolled(hers)


def enrolled(hers: Phone) -> Phone:
    """Her phone's maker vouches for its key (clause 26.2)."""
    asked = hers("POST", "/devices/challenge", expect=201)
    said = phones.Said(proofs.unb64(asked["challenge"]))
    chain = [base64.b64encode(one).decode() for one in MAKER.android(KEY, said)]
    told = {"challenge_id": asked["challenge_id"], "platform": "android", "statement": chain}
    assert hers("POST", "/devices", told)["status"] == "enrolled"
    return hers


def acquainted(phone: Phone) -> None:
    """The lender's details, its rules, her rights (clauses 7.2, 8.2, 8.5)."""
    lender = phone("GET", "/lender")
    wanted = ("legal_address", "actual_address", "phones", "fax", "email", "head_name")
    assert all(lender[name] for name in wanted)
    for kind in ("granting_rules", "rights_and_duties"):
        text = phone("GET", f"/rules/{kind}/kk")
        phone("POST", "/acknowledgements", {"matter": kind, "text_id": text["id"]}, expect=204)
    assert len(phone("GET", "/acknowledgements")) == 2


def chosen(phone: Phone) -> str:
    """Her wish, its consideration, three schedules, her choice (clauses 7.1, 7.4, 8.3, 8.4, 8.6, 8.7)."""
    account = phone("POST", "/accounts", {"iban": PERSON.iban}, expect=201)["id"]
    product = next(one for one in phone("GET", "/products") if one["code"] == "instalment")
    cost = phone("GET", f"/products/{product['id']}/schedules?amount_tiyn=40000000&term=12")
    assert len(cost) == len(product["methods"])
    wish = {
        "product_version_id": product["id"],
        "amount_tiyn": 40_000_000,
        "term": 12,
        "purpose": "household",
        "disbursement_method": "bank_account",
        "account_id": account,
        "language": "kk",
        "politically_exposed": False,
        "acting_for_self": True,
    }
    assert phone("POST", "/applications", wish | {"disbursement_method": "card"}, expect=409)["code"]
    one = f"/applications/{phone('POST', '/applications', wish, expect=201)['application_id']}"
    assert phone("GET", one)["status"] == "submitted"
    phone.stand.outside.work(clock.business_now())
    states = [move["status"] for move in phone("GET", f"{one}/timeline")]
    assert states == ["submitted", "screening", "approved", "offered"]
    offers = phone("GET", f"{one}/offers")
    assert len(offers) == 3
    for offer in offers:
        paid = sum(row["payment_tiyn"] for row in offer["plan"]["rows"])
        assert paid == offer["total_tiyn"] == 40_000_000 + offer["overpayment_tiyn"]
    phone("POST", f"{one}/choice", {"offer_id": offers[1]["id"]}, expect=204)
    return one


def concluded(phone: Phone, application: str) -> str:
    """The contract read, consented to and signed with both proofs (clauses 7.3, 9)."""
    drafted = phone("POST", f"{application}/contract", expect=201)
    one = f"/contracts/{drafted['contract_id']}"
    assert phone.content(drafted["document_ru_id"]).startswith(b"%PDF-")
    phone.stand.carry(clock.business_now())
    signing = {
        "eds_proof_id": phone.signed(phone("POST", f"{one}/signature", {"operation": "sign_contract"}, expect=201)),
        "biometric_proof_id": phone.recognised(
            phone("POST", f"{one}/biometric", {"return_address": RETURN}, expect=201)
        ),
        "document_sha256": drafted["sign_sha256"],
    }
    assert phone("POST", f"{one}/signing", signing, expect=409)["code"] == "ConsentNotGiven"
    phone("POST", f"{one}/consent-code", {"kind": "conclude"}, expect=204)
    assert phone("POST", f"{one}/consent-to-conclude", {"code": code_sent_to(PERSON.phone)})["given"]
    assert phone("POST", f"{one}/signing", signing)["outcome"] == "signed"
    view = phone("GET", one)
    assert (view["status"], view["signature"]["sha256"]) == ("signed", drafted["sign_sha256"])
    assert view["cooling"]["required"]
    return one


def paid_out(phone: Phone, contract: str) -> str:
    """The 24 hours, the second consent, the money (paragraph 9-1); the loan's address."""
    assert phone("POST", f"{contract}/consent-to-receive/text", expect=409)["code"] == "ConsentTooEarly"
    now = later(hours=24)
    text = phone("POST", f"{contract}/consent-to-receive/text", expect=201)
    challenge = phone("POST", f"{contract}/signature", {"operation": "consent_to_receive"}, expect=201)
    assert challenge["document_sha256"] == text["sha256"]
    assert phone("POST", f"{contract}/consent-to-receive", {"eds_proof_id": phone.signed(challenge)})["given"]
    assert phone("GET", f"{contract}/account-check") == {"verdict": None}
    phone.stand.pay_out(now)
    assert phone("GET", f"{contract}/account-check") == {"verdict": "shown"}
    assert [one["outcome"] for one in phone("GET", f"{contract}/disbursements")] == ["paid"]
    loan_id = given_loans.opened(now, ContractId(UUID(contract.rsplit("/", 1)[-1])))
    assert [one["id"] for one in phone("GET", "/loans")] == [str(loan_id)]
    return f"/loans/{loan_id}"


@pytest.mark.clause("7.2", "7.3", "7.4", "7.5", "7.6", "14-api")
def test_a_loan_by_the_api_alone(phone: Phone) -> None:
    hers = registered(phone)
    acquainted(hers)
    contract = concluded(hers, chosen(hers))
    loan = paid_out(hers, contract)

    now = later(days=10)
    given_loans.accrued(now)
    position = hers("GET", loan)
    accounts = {
        "principal_tiyn": Chart.PRINCIPAL_RECEIVABLE,
        "interest_tiyn": Chart.INTEREST_RECEIVABLE,
        "penalty_tiyn": Chart.PENALTY_RECEIVABLE,
    }
    for name, account in accounts.items():
        assert position[name] == ledger.balance(AccountRef(account, UUID(position["id"]))).tiyn, name
    assert position["interest_tiyn"] > 0
    assert position["debt_tiyn"] == sum(position[name] for name in accounts)

    repayment = hers("GET", f"{contract}/repayment")
    assert repayment["number"] in repayment["purpose"]
    assert {way["way"] for way in repayment["ways"]} == {"bank_transfer", "card", "terminal", "cash_desk"}

    payoff = hers("GET", f"{loan}/payoff?on={position['as_of']}")
    assert payoff["total_tiyn"] == position["debt_tiyn"]
    given_loans.repaid(now, UUID(position["id"]), Money(payoff["total_tiyn"]))
    closed = hers("GET", loan)
    assert (closed["status"], closed["debt_tiyn"], closed["next_payment"]) == ("closed", 0, None)
    assert closed["payments"][0]["interest_tiyn"] == position["interest_tiyn"]
    assert [one["amount_tiyn"] for one in hers("GET", f"{contract}/receipts")] == [payoff["total_tiyn"]]
    statement = hers("POST", f"{loan}/statement", {"language": "kk"}, expect=201)
    assert hers.content(statement["document_id"]).startswith(b"%PDF-")

    hers("POST", "/session/end", {}, expect=204)
    hers("GET", loan, expect=401)


@pytest.mark.clause("7.7", "12")
def test_letters_go_both_ways_in_their_original_bytes(phone: Phone) -> None:
    hers = registered(phone)
    file = SimpleUploadedFile("анықтама.pdf", PDF, content_type="application/pdf")
    sent = hers("POST", "/letters", subject="Сұрақ", text="Анықтама қосылды.", attachments=file, expect=201)["id"]
    client_id = ClientId(UUID(hers("GET", "/client")["id"]))
    client_actions.reply_letter(
        given_applications.officer(), clock.business_now(), client_id=client_id,
        subject="Жауап", text="Рахмет!", reply_to=LetterId(UUID(sent)),
    )  # fmt: skip
    answer, letter = hers("GET", "/letters")
    assert (answer["reply_to"], answer["read_at"]) == (sent, None)
    assert hers("POST", f"/letters/{answer['id']}/reading")["read_at"]
    [attached] = letter["attachment_ids"]
    assert hers.content(attached) == PDF
    assert hers("GET", f"/documents/{attached}")["file_name"] == "анықтама.pdf"

    notice = hers("GET", "/notices")[0]
    assert hers("POST", f"/notices/{notice['id']}/reading")["read_at"]

    confirmation = hers("POST", f"/documents/{attached}/delivery", {"language": "kk"}, expect=201)
    assert hers.content(confirmation["document_id"]).startswith(b"%PDF-")
    assert hers.content(confirmation["signature_id"])

    rubbish = SimpleUploadedFile("a.exe", b"MZ", content_type="application/octet-stream")
    refused = hers("POST", "/letters", subject="Сұрақ", text="?", attachments=rubbish, expect=422)
    assert refused["code"] == "AttachmentUnfit"


@pytest.mark.clause("6-access")
def test_she_signs_in_by_code_and_by_password_and_locks_out_whoever_guesses(phone: Phone) -> None:
    hers = registered(phone)
    password = "Тұлпар-47-мінген-жолаушы"
    assert hers("PUT", "/password", {"password": password}) == {"outcome": "done"}
    guest = phone.with_token(phone("POST", "/session/guest", {"channel": "mobile"}, expect=201)["token"])
    guest("POST", "/session/code", {"phone": PERSON.phone, "language": "kk"}, expect=204)
    by_code = guest("POST", "/session", {"phone": PERSON.phone, "code": code_sent_to(PERSON.phone)})
    assert by_code["status"] == "signed_in"
    again = phone.with_token(phone("POST", "/session/guest", {"channel": "mobile"}, expect=201)["token"])
    by_password = again("POST", "/session", {"phone": PERSON.phone, "password": password})
    assert phone.with_token(by_password["token"])("GET", "/session")["roles"] == ["client"]
    assert len(phone.with_token(by_password["token"])("GET", "/sessions")) == 3
    thief = phone.with_token(phone("POST", "/session/guest", {"channel": "mobile"}, expect=201)["token"])
    guesses = [thief("POST", "/session", {"phone": PERSON.phone, "password": f"guess-{n}"})["status"] for n in range(6)]
    assert guesses == ["wrong"] * 5 + ["locked"]
