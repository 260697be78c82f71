"""Take a device's proof with a request: plain, before the use case, once."""

from __future__ import annotations

import hashlib
from datetime import datetime

from nesie.foundation.access import queries
from nesie.foundation.access.models import SeenProof
from nesie.foundation.access.rules import proofs

_SWEPT_AT_ONCE = 100


def accept_proof(proof: str, now: datetime, *, method: str, address: str, body: bytes, token: str) -> str:
    """The thumbprint of the key that has proven this very request; `proofs.ProofWrong` says what does not hold.

    A proof that was taken once is refused from then on: its number is kept as long as its age alone would not refuse
    it. Clauses 11-replay, 26.2.
    """
    machine = queries.machine_time(now)
    judged = proofs.judge(
        proof,
        proofs.Expected(
            method=method,
            address=address,
            body=body,
            token=token,
            thumbprint="",
            nonces=queries.proof_nonces(now),
            now=machine,
        ),
    )
    digest = hashlib.sha256(f"{judged.thumbprint} {judged.jti}".encode(errors="replace")).digest()
    _, fresh = SeenProof.objects.get_or_create(digest=digest, defaults={"expires_at": judged.expires_at})
    if not fresh:
        raise proofs.ProofWrong(proofs.ProofFault.REPLAYED)
    if digest[0] == 0:  # one in 256 sweeps up after the others
        old = SeenProof.objects.filter(expires_at__lt=machine).values("pk")[:_SWEPT_AT_ONCE]
        SeenProof.objects.filter(pk__in=old).delete()
    return judged.thumbprint
