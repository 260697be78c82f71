"""The two proofs a client gives over one document: the face, here or at the centre, and the key (clause 9)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from nesie.entrypoints.web import camera, proofs
from nesie.entrypoints.web.client.room import own_id
from nesie.entrypoints.web.request import Request
from nesie.foundation.identification import actions as identification
from nesie.foundation.identification.rules import ProofKind
from nesie.journey.clients import queries as clients
from nesie.journey.contracts.rules import SignOutcome
from nesie.kernel.ids import DocumentId, ProofId


def visit(request: Request, *, operation: str, sha256: str, after: str) -> HttpResponse:
    """The client shows his face, here or at the centre, for this act and document; `after`: where the way goes on."""
    client = clients.client(request.actor, own_id(request))
    if camera.looks_here(request, registering=False):
        session_id = identification.start_liveness(
            request.actor,
            request.now,
            subject_id=client.id,
            operation=operation,
            document_sha256=sha256,
            iin=client.iin,
            device_key=camera.device_key(request),
        )
        return camera.open_camera(request, session_id, after=after)
    start = identification.start_biometric(
        request.actor,
        request.now,
        subject_id=client.id,
        operation=operation,
        document_sha256=sha256,
        iin=client.iin,
        phone=client.phone,
        redirect_uri=proofs.return_address(request),
    )
    return proofs.visit(request, start, after=after)


def signing_page(request: Request, *, operation: str, document_id: DocumentId, to: str) -> dict[str, Any]:
    """What `sign_form.html` needs to have this very document signed by the client's own key."""
    client = clients.client(request.actor, own_id(request))
    challenge = identification.request_signature(
        request.actor,
        request.now,
        subject_id=client.id,
        operation=operation,
        document_id=document_id,
        iin=client.iin,
        holder=client.holder,
        bin=client.bin,
    )
    return proofs.signing_page(
        request, challenge, iin=client.iin, to=to, organisation=proofs.Organisation(client.holder, client.bin)
    )


def key(request: Request, *, operation: str, sha256: str) -> tuple[ProofId | None, str]:
    """The proof kept from before or made of the signature that came now; else the sentence that says why."""
    kept = proofs.usable(request, ProofKind.EDS, operation, sha256)
    if kept is not None:
        return kept, ""
    outcome = proofs.signed(request)
    return outcome.proof_id, "" if outcome.proof_id else _(outcome.message)


def why_not(outcome: SignOutcome) -> str:
    """The sentence that says why money was not agreed on."""
    if outcome is SignOutcome.CHECKS_UNDER_WAY:
        return _(
            "The checks made again before signing are under way. Your signature is kept: press the button in a minute."
        )
    return _("The contract cannot be signed now. Write to the lender, please.")
