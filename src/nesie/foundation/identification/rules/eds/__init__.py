"""Electronic digital signatures of Kazakhstan, verified in plain Python: no network, no clock, never an exception.

CMS (attached or detached; PEM, base64 or DER) of exactly one signer, GOST 34.10-2015 (512) or RSA. The order of checks:
structure, content, signature, chain to pinned authorities, term, kind of certificate, holder, status, time stamp.
"""

from nesie.foundation.identification.rules.eds import ocsp, stamps
from nesie.foundation.identification.rules.eds.algorithms import Reading
from nesie.foundation.identification.rules.eds.certificates import Certificate, parse_certificate
from nesie.foundation.identification.rules.eds.verdict import CertificateSummary, Failure, Verdict
from nesie.foundation.identification.rules.eds.verify import (
    Evidence,
    Expected,
    Holder,
    Limits,
    Needs,
    Opinion,
    Use,
    chain_in,
    load_anchors,
    needs_of,
    verify,
)

__all__ = [
    "Certificate",
    "CertificateSummary",
    "Evidence",
    "Expected",
    "Failure",
    "Holder",
    "Limits",
    "Needs",
    "Opinion",
    "Reading",
    "Use",
    "Verdict",
    "chain_in",
    "load_anchors",
    "needs_of",
    "ocsp",
    "parse_certificate",
    "stamps",
    "verify",
]
