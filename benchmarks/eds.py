"""Electronic signatures: what a verdict costs, by the state standard and by RSA, plain and with OpenSSL's engine.

Alone: `python -m benchmarks.eds`. Promised: a document of 5 MB signed by the state standard is judged in under 0.15 s
where the machine has the engine (Debian: libengine-gost-openssl).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from rich.console import Console
from rich.table import Table

from nesie.foundation.identification.adapters.openssl import engine_or_plain
from nesie.foundation.identification.rules import eds
from nesie.kernel import gost
from nesie.simulators.people import PEOPLE
from nesie.simulators.pki import answers, signing
from nesie.simulators.pki.answers import Entry, Standing
from nesie.simulators.pki.authority import Authority
from nesie.simulators.pki.keys import Algorithm
from nesie.simulators.pki.material import holder_of

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
PROMISED_SECONDS = 0.15
SIZES = {"200 KB": 200 * 1024, "5 MB": 5 * 1024 * 1024}
ROUNDS = 9
NONCE, YEAR = b"01234567", timedelta(days=365)


def best(act: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """The quickest of some calls, in seconds of the wall and of the processor (a busy machine adds to the first)."""
    act()
    took = []
    for _ in range(rounds):
        began, worked = time.perf_counter(), time.process_time()
        act()
        took.append((time.perf_counter() - began, time.process_time() - worked))
    return min(wall for wall, _ in took), min(cpu for _, cpu in took)


def judged(algorithm: Algorithm, size: int) -> Callable[[], eds.Verdict]:
    """A whole verdict: content, signature, chain, OCSP answer and time stamp."""
    authority = Authority.make("ӨЛШЕУ", valid_from=NOW - YEAR, algorithm=algorithm)
    term = {"valid_from": NOW - YEAR, "valid_until": NOW + YEAR}
    pair = authority.issue(holder_of(PEOPLE[0]), **term)
    responder, stamper = (
        authority.issue_service(purpose.dotted_string, purpose, **term)
        for purpose in (ExtendedKeyUsageOID.OCSP_SIGNING, ExtendedKeyUsageOID.TIME_STAMPING)
    )
    content = bytes(range(256)) * (size // 256)
    cms = signing.sign(
        content, pair, signing_time=NOW, attached=False,
        stamp=lambda value: answers.stamp_token(eds.algorithms.sha256(value), stamper=stamper, now=NOW),
    )  # fmt: skip
    certificate, anchor = (
        eds.parse_certificate(each.certificate.public_bytes(Encoding.DER)) for each in (pair, authority.pair)
    )
    answer = answers.ocsp_answer(
        eds.ocsp.question(certificate, anchor, NONCE), authority=authority, responder=responder, now=NOW,
        standings={certificate.serial: Entry(Standing.GOOD, NOW - YEAR)},
    )  # fmt: skip
    told, expected = eds.Evidence(answer, NONCE), eds.Expected(iin=PEOPLE[0].iin)

    def judge() -> eds.Verdict:
        verdict = eds.verify(cms, content, at=NOW, anchors=[anchor], expected=expected, evidence=told)
        if not verdict.ok:
            raise AssertionError(verdict.failed_check)
        return verdict

    return judge


def rows() -> list[tuple[str, str, tuple[float, float]]]:
    """(what, who counts, seconds of the wall and of the processor)."""
    found = []
    private, curve = gost.curves.new_private(gost.TC26_512_A), gost.TC26_512_A
    key, digest = gost.curves.multiple(curve, private), bytes(range(64))
    made, megabyte = gost.curves.sign(curve, private, digest), bytes(1024 * 1024)
    engine = engine_or_plain()
    for backend in [gost.Plain()] + ([engine] if engine.name != "python" else []):
        gost.use(lambda backend=backend: backend)
        found.append(("Streebog of 1 MB", backend.name, best(lambda backend=backend: backend.streebog512(megabyte))))
        one = best(lambda backend=backend: backend.valid(curve, key, digest, made), rounds=20)
        found.append(("GOST signature checked", backend.name, one))
        for name, size in SIZES.items():
            rounds = 2 if backend.name == "python" and size > 1 << 20 else ROUNDS
            found.append(
                (
                    f"GOST verdict, {name}",
                    backend.name,
                    best(judged(Algorithm.GOST, size), rounds),
                )
            )
    for name, size in SIZES.items():
        found.append((f"RSA verdict, {name}", "cryptography", best(judged(Algorithm.RSA, size))))
    return found


def main() -> None:
    """Measure, print, and fail when a promise is not kept."""
    table = Table("what", "who counts", "milliseconds", "of the processor")
    kept = True
    for what, who, (wall, cpu) in rows():
        table.add_row(what, who, f"{wall * 1000:.2f}", f"{cpu * 1000:.2f}")
        kept = kept and not (who == "openssl" and what == "GOST verdict, 5 MB" and cpu > PROMISED_SECONDS)
    Console(width=100).print(table)
    if not kept:
        raise SystemExit(f"A document of 5 MB took longer than {PROMISED_SECONDS} s with the engine.")


if __name__ == "__main__":
    main()
