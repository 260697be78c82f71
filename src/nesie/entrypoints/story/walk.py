"""The client's way, step by step, through the use cases the pages call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from nesie.entrypoints.story.backroom import Backroom
from nesie.entrypoints.story.hands import Hands
from nesie.foundation.access import actions as access
from nesie.foundation.access import queries as sessions
from nesie.foundation.documents import queries as documents
from nesie.foundation.identification import actions as identification
from nesie.foundation.identification import queries as identities
from nesie.foundation.identification.rules import BiometricOutcome, BiometricStart, SignatureOutcome
from nesie.foundation.lender import queries as lender
from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms import queries as terms
from nesie.foundation.terms.rules import Method
from nesie.journey.applications import actions as applications
from nesie.journey.applications import queries as applied
from nesie.journey.applications.rules import DisbursementMethod, Purpose
from nesie.journey.clients import actions as clients
from nesie.journey.clients import queries as registered
from nesie.journey.clients.rules import Completed, Consent, DocumentKind, Matter, PhoneOutcome, StateChecked
from nesie.journey.contracts import actions as contracts
from nesie.journey.contracts.rules import ConsentKind, ConsentOutcome, Drafted, Signed
from nesie.kernel.actor import Actor, guest
from nesie.kernel.ids import ApplicationId, ClientId, ContractId, ProofId, RegistrationId
from nesie.kernel.money import Money

COME_BACK = "http://127.0.0.1:8000/proofs/come-back"  # where a browser would return to from the centre
SIGN = "sign_contract"  # what the two proofs of a contract are made for


class Stuck(Exception):
    """A step did not come out as the story tells it; the outcome's name is inside."""


@dataclass
class Walk:
    """One demo person on the way. Each step asks `clock` for its moment and may be refused like any client's."""

    hands: Hands
    backroom: Backroom
    clock: Callable[[], datetime]
    language: str = "ru"
    actor: Actor = field(default_factory=guest)
    account_id: UUID | None = None

    @property
    def client_id(self) -> ClientId:
        """Whose way it is; the registration's id before the end of the registration, which stays the client's."""
        if self.actor.id is None:
            raise Stuck("nobody is signed in")
        return ClientId(self.actor.id)

    # -- registration (clause 6) --------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Prove that the phone is the person's own."""
        self._visit()
        started = clients.start_registration(self.actor, self.clock(), phone=self._his("phone"), language=self.language)
        done = clients.confirm_phone(
            self.actor, self.clock(), registration_id=started.registration_id, code=self._code()
        )
        if done.outcome not in (PhoneOutcome.CONFIRMED, PhoneOutcome.RESUMED):
            raise Stuck(done.outcome.value)
        self._go_on(done.session_key)

    def enter_person(self, **typed: str) -> None:
        """Name, IIN, address; `typed` instead of what is true."""
        names = ("surname", "given_name", "patronymic", "iin", "address", "email")
        told: dict[str, Any] = {name: self._his(name) for name in names} | typed
        clients.save_person(self.actor, self.clock(), registration_id=self._registration, **told)

    def enter_document(self) -> None:
        """The identity document as it is."""
        clients.save_document(
            self.actor,
            self.clock(),
            registration_id=self._registration,
            kind=DocumentKind(self._his("document_kind")),
            number=self._his("document_number"),
            issuer=self._his("document_issuer"),
            issued_on=date.fromisoformat(self._his("document_issued_on")),
            valid_until=date.fromisoformat(self._his("document_valid_until")),
        )

    def enter_photo(self) -> None:
        """The portrait."""
        content = self.hands.portrait()
        clients.save_photo(self.actor, self.clock(), registration_id=self._registration, content=content)

    def enter(self, **typed: str) -> None:
        """Everything that is typed in or attached, and the consents."""
        self.enter_person(**typed)
        self.enter_document()
        self.enter_photo()
        agreed = frozenset(Consent)
        clients.accept_consents(self.actor, self.clock(), registration_id=self._registration, consents=agreed)

    def check_with_state(self) -> StateChecked:
        """The state's registry is asked, and its answer compared."""
        clients.request_state_check(self.actor, self.clock(), registration_id=self._registration)
        self.backroom.carry()
        return clients.record_state_check(self.actor, self.clock(), registration_id=self._registration)

    def prove_registration(self) -> None:
        """Both proofs under the statement; Stuck when one is refused."""
        now, own = self.clock, self._registration
        clients.prepare_statement(self.actor, now(), registration_id=own, language=self.language)
        start = clients.begin_biometric_step(self.actor, now(), registration_id=own, redirect_uri=COME_BACK)
        seen = self.look(start)
        clients.record_biometric_step(self.actor, now(), registration_id=own, proof_id=_made(seen))
        challenge = clients.begin_eds_step(self.actor, now(), registration_id=own)
        signed = self.answer(challenge)
        clients.record_eds_step(self.actor, now(), registration_id=own, proof_id=_made(signed))

    def complete(self) -> Completed:
        """The applicant becomes a client, signed in."""
        done = clients.complete_registration(self.actor, self.clock(), registration_id=self._registration)
        self._go_on(done.session_key)
        return done

    def register(self) -> ClientId:
        """The whole registration."""
        self.begin()
        self.enter()
        checked = self.check_with_state()
        if checked.outcome.value != "matches":
            raise Stuck(checked.outcome.value)
        self.prove_registration()
        return self.complete().client_id

    def sign_in(self) -> None:
        """A new session by a one-time code (clause 6-access)."""
        self._visit()
        phone = self._his("phone")
        access.send_sign_in_code(self.actor, self.clock(), phone=phone, language=self.language)
        done = access.sign_in_client(self.actor, self.clock(), phone=phone, code=self._code())
        if not done.session_key:
            raise Stuck(done.status.value)
        self._go_on(done.session_key)

    # -- application (clauses 7.1, 8) ---------------------------------------------------------------------------------

    def read_texts(self) -> None:
        """The granting rules, rights and duties, acknowledged."""
        for matter in Matter:
            text = lender.rules_document(matter.value, self.language)
            clients.acknowledge(self.actor, self.clock(), matter=matter, text_id=text.id)

    def name_account(self, iban: str | None = None) -> None:
        """The bank account the money shall go to."""
        self.account_id = clients.add_account(self.actor, self.clock(), iban=iban or self._his("iban"))

    def apply(self, amount: Money, term: int, product: str = "instalment") -> ApplicationId:
        """Ask for a loan; `term` in the product's unit."""
        now = self.clock()
        versions = {version.code: version.id for version in terms.open_products(business_day(now))}
        return applications.submit_application(
            self.actor,
            now,
            product_version_id=versions[product],
            amount=amount,
            term=term,
            purpose=Purpose.HOUSEHOLD,
            disbursement_method=DisbursementMethod.BANK_ACCOUNT,
            account_id=self.account_id,
            language=self.language,
            politically_exposed=False,
            acting_for_self=True,
        ).application_id

    def choose(self, application_id: ApplicationId, method: Method = Method.ANNUITY) -> applied.OfferView:
        """Take one of the draft schedules."""
        drafts = applied.offers(self.actor, application_id)
        taken = next((one for one in drafts if one.method is method), None)
        if taken is None:
            raise Stuck("no such offer")
        applications.choose_offer(self.actor, self.clock(), application_id=application_id, offer_id=taken.id)
        return taken

    # -- contract (clauses 9, 9-1) ------------------------------------------------------------------------------------

    def draft(self, application_id: ApplicationId) -> Drafted:
        """The contract's text, and the checks asked for before its signing."""
        made = contracts.draft_contract(self.actor, self.clock(), application_id=application_id)
        self.backroom.work()
        return made

    def consent_to_conclude(self, contract_id: ContractId) -> ConsentOutcome:
        """The consent before the contract, by a code."""
        now = self.clock()
        contracts.request_consent_code(self.actor, now, contract_id=contract_id, kind=ConsentKind.CONCLUDE)
        return contracts.consent_to_conclude(self.actor, self.clock(), contract_id=contract_id, code=self._code())

    def sign_document(self, document_id: UUID, operation: str = SIGN) -> SignatureOutcome:
        """Sign a document of Nesie's in NCALayer."""
        challenge = identification.request_signature(
            self.actor,
            self.clock(),
            subject_id=self.client_id,
            operation=operation,
            document_id=document_id,
            iin=self._his("iin"),
        )
        return self.answer(challenge)

    def show_face(self, sha256: str, operation: str = SIGN) -> BiometricOutcome:
        """Be recognised by the centre, for this document."""
        start = identification.start_biometric(
            self.actor,
            self.clock(),
            subject_id=self.client_id,
            operation=operation,
            document_sha256=sha256,
            iin=self._his("iin"),
            phone=self._his("phone"),
            redirect_uri=COME_BACK,
        )
        return self.look(start)

    def conclude(self, made: Drafted, eds: ProofId, biometric: ProofId) -> Signed:
        """Both proofs handed in."""
        return contracts.sign_contract(
            self.actor,
            self.clock(),
            contract_id=made.contract_id,
            eds_proof_id=eds,
            biometric_proof_id=biometric,
            document_sha256=made.sign_sha256,
        )

    def sign(self, made: Drafted) -> Signed:
        """Consent, then sign by EDS and biometrics; Stuck when a proof is refused."""
        if not self.consent_to_conclude(made.contract_id).given:
            raise Stuck("the consent to conclude was not taken")
        eds = _made(self.sign_document(made.sign_document_id))
        return self.conclude(made, eds, _made(self.show_face(made.sign_sha256)))

    def consent_to_receive(self, contract_id: ContractId) -> ConsentOutcome:
        """The consent after the 24 hours, by a code under its own document."""
        contracts.draft_consent_to_receive(self.actor, self.clock(), contract_id=contract_id)
        now = self.clock()
        contracts.request_consent_code(self.actor, now, contract_id=contract_id, kind=ConsentKind.RECEIVE)
        return contracts.consent_to_receive(self.actor, self.clock(), contract_id=contract_id, code=self._code())

    # -- the two proofs -----------------------------------------------------------------------------------------------

    def answer(self, challenge_id: UUID, content: bytes | None = None) -> SignatureOutcome:
        """Sign what a challenge asks (or `content` instead of it) and hand the signature in."""
        asked = identities.challenge(self.actor, challenge_id)
        cms = self.hands.sign(documents.content(asked.document_id) if content is None else content)
        due = documents.content(asked.document_id)
        evidence = identities.gather_evidence(cms, self.clock(), content=due)
        return identification.record_signature(
            self.actor, self.clock(), challenge_id=challenge_id, cms=cms, evidence=evidence
        )

    def look(self, start: BiometricStart, mode: str = "success") -> BiometricOutcome:
        """Visit the centre and bring its answer back."""
        back = self.hands.look(identities.begin_biometric(start.request), mode)
        answer = None
        if back.code:
            answer = identities.biometric_answer(back.code, redirect_uri=COME_BACK, now=self.clock())
        return identification.record_biometric(
            self.actor, self.clock(), session_id=start.session_id, state=back.state, answer=answer
        )

    # -- small things -------------------------------------------------------------------------------------------------

    @property
    def _registration(self) -> RegistrationId:
        return RegistrationId(self.client_id)

    def _his(self, name: str) -> str:
        return str(self.hands.person[name])

    def _code(self) -> str:
        self.backroom.carry()
        return self.hands.code()

    def _visit(self) -> None:
        self._go_on(access.open_guest_session(self.clock()))

    def _go_on(self, session_key: str) -> None:
        actor = sessions.actor_of(session_key, self.clock())
        if actor is None:
            raise Stuck("the session is over")
        self.actor = actor

    def registration(self) -> Any:
        """The registration as it stands."""
        return registered.registration(self.actor, self._registration)


def _made(outcome: SignatureOutcome | BiometricOutcome) -> ProofId:
    if outcome.proof_id is None:
        raise Stuck(outcome.message)
    return outcome.proof_id
