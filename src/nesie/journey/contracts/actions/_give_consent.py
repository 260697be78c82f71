"""Confirm a consent's text by a one-time code or EDS; joined by the two consents' use cases."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access import actions as access
from nesie.foundation.access.rules import CodeOutcome
from nesie.foundation.documents import actions as documents
from nesie.foundation.documents.rules import Event
from nesie.foundation.identification import actions as identification
from nesie.foundation.identification.rules import ProofKind
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.actions.request_consent_code import CODE_PURPOSE
from nesie.journey.contracts.models import Consent, ConsentGiven, Contract
from nesie.journey.contracts.rules import ConsentKind, ConsentMeans
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, ProofId


def give_consent(
    actor: Actor, now: datetime, row: Contract, consent: Consent | None, *, code: str, eds_proof_id: ProofId | None
) -> rules.ConsentOutcome:
    """Keep that this text of a consent was confirmed; a wrong code is an outcome. Given once, it stays given.

    Raises NotYetConsentable, ProofUnfit, ProofSpent, DocumentAltered.
    """
    if consent is None:
        raise rules.NotYetConsentable
    kind = ConsentKind(consent.kind)
    given = getattr(consent, "given", None)
    if given is not None:
        return rules.ConsentOutcome(given=True, code_outcome="", given_at=given.given_at)
    queries.verified(consent.document_id, consent.sha256)
    if eds_proof_id is not None:
        client = clients.client(actor, ClientId(row.client_id))
        identification.consume_proof(
            eds_proof_id,
            subject_id=row.client_id,
            operation=f"consent_to_{kind.value}",
            document_sha256=consent.sha256,
            kind=ProofKind.EDS,
            now=now,
            holder=client.holder,
            bin=client.bin,
        )
        heard = ""
    else:
        outcome = access.check_code(actor, now, purpose=CODE_PURPOSE[kind], subject_id=row.client_id, code=code)
        if outcome is not CodeOutcome.ACCEPTED:
            return rules.ConsentOutcome(given=False, code_outcome=outcome.value, given_at=None)
        heard = outcome.value
    given = ConsentGiven.objects.create(
        consent=consent,
        given_at=now,
        means=ConsentMeans.EDS if eds_proof_id is not None else ConsentMeans.CODE,
        eds_proof_id=eds_proof_id,
        channel=actor.channel,
    )
    documents.witness(given)
    documents.record_event(consent.document_id, Event.SIGNED, now=now, channel=actor.channel)
    return rules.ConsentOutcome(given=True, code_outcome=heard, given_at=now)
