"""From a certificate to a pinned anchor, every hop checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from nesie.foundation.identification.rules.eds.algorithms import AlgorithmRefused, Reading
from nesie.foundation.identification.rules.eds.certificates import Certificate, Usage
from nesie.foundation.identification.rules.eds.verdict import Failed, Failure

MAX_HOPS = 4


def chain_to_anchor(
    leaf: Certificate,
    *,
    anchors: Sequence[Certificate],
    offered: Iterable[Certificate],
    at: datetime,
    reading: Reading = Reading.TODAY,
) -> tuple[Certificate, ...]:
    """The certificates above the leaf, its issuer first, an anchor last.

    `offered` are intermediate certificates that came with the message: they may help, they are never trusted for
    themselves. Failed tells the first hop that does not hold.
    """
    path: list[Certificate] = []
    below = leaf
    pool = [candidate for candidate in offered if candidate.is_authority]
    while len(path) < MAX_HOPS:
        issuer = _issuer_of(below, anchors, pool, reading)
        _check_authority(issuer, at, below=len(path))
        path.append(issuer)
        if issuer in anchors:
            return tuple(path)
        below = issuer
    raise Failed(Failure.ISSUER_UNKNOWN)


def _issuer_of(
    below: Certificate, anchors: Sequence[Certificate], pool: Sequence[Certificate], reading: Reading
) -> Certificate:
    named = [c for c in (*anchors, *pool) if c.subject == below.issuer]
    if not named:
        raise Failed(Failure.ISSUER_UNKNOWN)
    refused: AlgorithmRefused | None = None
    for candidate in named:
        try:
            if below.signed_by(candidate, reading):
                return candidate
        except AlgorithmRefused as error:
            refused = error
    if refused is not None:
        raise Failed(Failure.ALGORITHM) from refused
    raise Failed(Failure.ISSUER_SIGNATURE)  # a namesake of the authority


def _check_authority(issuer: Certificate, at: datetime, *, below: int) -> None:
    may_sign = issuer.usages is not None and Usage.CERTIFICATES in issuer.usages
    if not issuer.is_authority or not may_sign or (issuer.path_length is not None and below > issuer.path_length):
        raise Failed(Failure.ISSUER_NOT_AUTHORITY)
    if issuer.unknown_critical:
        raise Failed(Failure.CRITICAL_EXTENSION)
    if not issuer.valid_on(at):
        raise Failed(Failure.ISSUER_EXPIRED)
