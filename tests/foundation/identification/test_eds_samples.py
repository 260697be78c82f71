"""The verifier on test objects of the National CA of Kazakhstan. They are not part of this repository.

GOST 34.10-2015 of 512 bits and RSA count today; GOST 34.310-2004 is read from archives. Of GOST 34.10-2015 of 256 bits
there is no sample: it is tried on keys of our own only (tests/kernel/gost).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nesie.foundation.identification.rules import eds
from nesie.foundation.identification.rules.eds import Evidence, Expected, Failure, Limits, Reading
from nesie.foundation.identification.rules.eds.crl import check_crl
from nesie.foundation.identification.rules.eds.ocsp import check_ocsp
from nesie.foundation.identification.rules.eds.stamps import check_stamp, token_of
from nesie.foundation.identification.rules.eds.verdict import Failed

SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "nca"
IIN, IIN_2015 = "123456789011", "123456789012"
SIGNED_AT = datetime(2022, 9, 28, 14, 41, tzinfo=UTC)
IN_TERM = datetime(2021, 10, 1, tzinfo=UTC)
GOST_SIGNED_AT = datetime(2022, 9, 27, 21, 18, tzinfo=UTC)
SKEW = timedelta(minutes=5)
NOTHING = Evidence()
NO_STAMP = Limits(needs_stamp=False, ocsp_max_age=timedelta(days=1))

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason=f"the National CA's test objects are not here: they belong into {SAMPLES}"
)


def read(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def certificate(name: str) -> eds.Certificate:
    return eds.load_anchors([read(name if "/" in name else f"certs/{name}.cer")])[0]


@pytest.fixture(scope="module")
def anchors() -> dict[str, eds.Certificate]:
    files = {"G15": "nca_gost2015_test.cer", "G04": "nca_gost_test.crt", "RSA": "nca_rsa_test.crt"}
    return {name: certificate(f"ca/{file}") for name, file in files.items()}


def judge(
    name: str,
    anchors: dict[str, eds.Certificate],
    at: datetime,
    *,
    content: bytes = b"test123",
    iin: str = IIN,
    evidence: Evidence = NOTHING,
    limits: Limits = NO_STAMP,
) -> eds.Verdict:
    return eds.verify(
        read(name),
        content,
        at=at,
        anchors=list(anchors.values()),
        expected=Expected(iin=iin),
        evidence=evidence,
        limits=limits,
    )


class TestMessages:
    @pytest.mark.parametrize(
        ("name", "failure"),
        [
            ("cms/attached_rsa_one_signer.p7s", Failure.EXPIRED),
            ("cms/attached_rsa_one_signer_b.p7s", Failure.CONTENT_DIFFERS),
            ("cms/attached_gost2015_and_rsa.p7s", Failure.MANY_SIGNERS),
            ("cms/detached_gost2015_and_rsa.p7s", Failure.MANY_SIGNERS),
            ("derived/cms_no_signer.p7s", Failure.NO_SIGNER),
            ("derived/cms_no_certificate.p7s", Failure.CERTIFICATE_MISSING),
            ("derived/cms_tampered_signing_time.p7s", Failure.SIGNATURE_INVALID),
            ("derived/cms_tampered_signature.p7s", Failure.SIGNATURE_INVALID),
            ("derived/cms_tampered_content.p7s", Failure.CONTENT_DIFFERS),
        ],
    )
    def test_each_is_refused_for_its_own_reason(
        self, anchors: dict[str, eds.Certificate], name: str, failure: Failure
    ) -> None:
        assert judge(name, anchors, SIGNED_AT).failed_check is failure

    @pytest.mark.clause("6-eds")
    def test_a_real_signature_of_the_authority_holds_while_its_certificate_did(
        self, anchors: dict[str, eds.Certificate]
    ) -> None:
        found = judge("cms/attached_rsa_one_signer.p7s", anchors, IN_TERM)
        assert found.failed_check is Failure.STATUS_UNKNOWN
        assert found.checks == ("structure", "content", "signature", "chain", "term", "kind", "holder")
        assert found.signer is not None
        assert (found.signer.iin, found.algorithm) == (IIN, "RSA")

    @pytest.mark.clause("6-eds")
    @pytest.mark.parametrize("name", ["cms_attached_gost2015_only", "cms_detached_gost2015_only"])
    def test_a_real_gost_signature_is_accepted_with_the_authoritys_own_list(
        self, anchors: dict[str, eds.Certificate], name: str
    ) -> None:
        listed = Evidence(crls=(read("crl/nca_gost2022_test.crl"),))
        found = judge(f"derived/{name}.p7s", anchors, GOST_SIGNED_AT, iin=IIN_2015, evidence=listed)
        assert (found.ok, found.failed_check, found.status_by) == (True, None, "crl")
        assert found.algorithm == "GOST 34.10-2015 (512)"

    def test_a_gost_signature_is_refused_by_the_real_responders_answer(
        self, anchors: dict[str, eds.Certificate]
    ) -> None:
        """Its responder knows nothing of the certificate, whatever the name of the file says."""
        told = Evidence(read("ocsp/ocsp_response_individual_2015.bin"), bytes.fromhex("e408ffb790834af2"))
        at = datetime(2022, 9, 2, 16, 59, tzinfo=UTC)
        found = judge("derived/cms_attached_gost2015_only.p7s", anchors, at, iin=IIN_2015, evidence=told)
        assert found.failed_check is Failure.NOT_ISSUED

    def test_a_changed_content_fails_by_its_digest_while_the_signature_stays_valid(
        self, anchors: dict[str, eds.Certificate]
    ) -> None:
        changed = judge("derived/cms_tampered_content.p7s", anchors, GOST_SIGNED_AT, content=b"test124", iin=IIN_2015)
        assert changed.failed_check is Failure.DIGEST_DIFFERS
        detached = judge("derived/cms_detached_gost2015_only.p7s", anchors, GOST_SIGNED_AT, content=b"test124")
        assert detached.failed_check is Failure.DIGEST_DIFFERS


class TestCertificates:
    @pytest.mark.parametrize(
        ("name", "family"),
        [
            ("individual_valid_sign_2004_rsa", "RSA"),
            ("individual_valid_sign_2004_rsa_auth", "RSA"),
            ("p12_individual_sign_rsa", "RSA"),
            ("p12_individual_sign_rsa_revoked", "RSA"),
            ("p12_individual_auth_rsa_revoked", "RSA"),
            ("p12_individual_gost2015", "G15"),
            ("p12_ceo_gost2015_revoked", "G15"),
            ("ceo_valid_sign_2004_gost", "G04"),
            ("p12_ceo_sign_gost2004_revoked", "G04"),
        ],
    )
    def test_each_is_signed_by_its_authority_and_names_its_holder(
        self, anchors: dict[str, eds.Certificate], name: str, family: str
    ) -> None:
        found = certificate(name)
        reading = Reading.ARCHIVE if family == "G04" else Reading.TODAY
        assert found.signed_by(anchors[family], reading)
        assert found.iin == (IIN_2015 if family == "G15" and "ceo" not in name else found.iin)
        assert found.iin is not None

    @pytest.mark.parametrize("name", ["ceo_valid_sign_2004_gost", "p12_ceo_sign_gost2004_revoked"])
    def test_the_old_standard_does_not_count_today(self, anchors: dict[str, eds.Certificate], name: str) -> None:
        with pytest.raises(eds.algorithms.AlgorithmRefused):
            certificate(name).signed_by(anchors["G04"])

    def test_a_changed_iin_breaks_the_authoritys_signature(self, anchors: dict[str, eds.Certificate]) -> None:
        assert not certificate("derived/cert_tampered_iin.cer").signed_by(anchors["G15"])


OCSP = {
    "individual_sign_2004": ("RSA", "p12_individual_sign_rsa", "2022-09-02T16:53:59", "b5e5c9b552cbcac4", "ocsp"),
    "ceo_2015_revoked": ("G15", "p12_ceo_gost2015_revoked", "2022-09-02T16:59:28", "157b28fd1ac7761e", "on_hold"),
    "individual_2015": ("G15", "p12_individual_gost2015", "2022-09-02T16:58:34", "e408ffb790834af2", "not_issued"),
    "ceo_sign_2004_revoked": (
        "G04", "p12_ceo_sign_gost2004_revoked", "2022-09-02T16:57:04", "8b6b9f100d6b0005", "revoked",
    ),
}  # fmt: skip


class TestStatus:
    def ocsp(
        self,
        issuer: eds.Certificate,
        answer: bytes,
        leaf: str,
        nonce: str,
        at: datetime,
        reading: Reading = Reading.TODAY,
    ) -> str:
        try:
            return check_ocsp(
                answer, certificate=certificate(leaf), issuer=issuer, nonce=bytes.fromhex(nonce), at=at,
                max_age=timedelta(minutes=10), skew=SKEW, reading=reading,
            ).by  # fmt: skip
        except Failed as refusal:
            return refusal.failure

    @pytest.mark.parametrize("name", OCSP)
    def test_every_answer_of_the_real_responders_is_read(self, anchors: dict[str, eds.Certificate], name: str) -> None:
        family, leaf, at, nonce, expected = OCSP[name]
        produced = datetime.fromisoformat(at).replace(tzinfo=UTC)
        answer = read(f"ocsp/ocsp_response_{name}.bin")
        reading = Reading.ARCHIVE if family == "G04" else Reading.TODAY
        assert self.ocsp(anchors[family], answer, leaf, nonce, produced, reading) == expected
        assert self.ocsp(anchors[family], answer, leaf, "00" * 8, produced, reading) == Failure.OCSP_NONCE
        flipped = bytearray(answer)
        flipped[answer.index(produced.strftime("%Y%m%d%H%M%SZ").encode()) + 13] ^= 1
        assert self.ocsp(anchors[family], bytes(flipped), leaf, nonce, produced, reading) == Failure.OCSP_SIGNATURE

    def test_a_forged_answer_is_known(self, anchors: dict[str, eds.Certificate]) -> None:
        _, leaf, at, nonce, _ = OCSP["ceo_2015_revoked"]
        produced = datetime.fromisoformat(at).replace(tzinfo=UTC)
        found = self.ocsp(anchors["G15"], read("derived/ocsp_tampered_serial.bin"), leaf, nonce, produced)
        assert found == Failure.OCSP_SIGNATURE

    def test_an_answer_is_good_though_the_certificate_is_expired_but_not_for_ever_nor_for_another(
        self, anchors: dict[str, eds.Certificate]
    ) -> None:
        asked, answer = datetime(2022, 9, 2, 16, 54, tzinfo=UTC), read("ocsp/ocsp_response_individual_sign_2004.bin")
        leaf, nonce = "p12_individual_sign_rsa", "b5e5c9b552cbcac4"
        assert self.ocsp(anchors["RSA"], answer, leaf, nonce, asked) == "ocsp"
        assert self.ocsp(anchors["RSA"], answer, leaf, nonce, asked + timedelta(hours=1)) == Failure.OCSP_STALE
        other = self.ocsp(anchors["RSA"], answer, "individual_valid_sign_2004_rsa", nonce, asked)
        assert other == Failure.OCSP_OTHER_CERTIFICATE

    @pytest.mark.parametrize(
        ("family", "name", "expected"),
        [
            ("RSA", "individual_valid_sign_2004_rsa", "crl"),
            ("RSA", "p12_individual_sign_rsa_revoked", Failure.REVOKED),
            ("RSA", "p12_individual_auth_rsa_revoked", Failure.REVOKED),
            ("G15", "p12_individual_gost2015", "crl"),
            ("G15", "p12_ceo_gost2015_revoked", Failure.ON_HOLD),
            ("G04", "ceo_valid_sign_2004_gost", "crl"),
            ("G04", "p12_ceo_sign_gost2004_revoked", Failure.REVOKED),
        ],
    )
    def test_the_real_lists_name_those_taken_back(
        self, anchors: dict[str, eds.Certificate], family: str, name: str, expected: str
    ) -> None:
        assert crl_says(anchors, family, name, datetime(2022, 8, 1, tzinfo=UTC)) == expected
        assert crl_says(anchors, family, name, datetime(2023, 1, 24, tzinfo=UTC)) == Failure.CRL_STALE

    def test_a_changed_list_is_known(self, anchors: dict[str, eds.Certificate]) -> None:
        changed = read("derived/crl_tampered_serial.crl")
        at = datetime(2022, 8, 1, tzinfo=UTC)
        assert crl_says(anchors, "G15", "p12_individual_gost2015", at, changed) == Failure.CRL_SIGNATURE


def crl_says(
    anchors: dict[str, eds.Certificate], family: str, name: str, at: datetime, data: bytes | None = None
) -> str:
    files = {"RSA": "nca_rsa_test", "G15": "nca_gost2022_test", "G04": "nca_gost_test"}
    reading = Reading.ARCHIVE if family == "G04" else Reading.TODAY
    try:
        return check_crl(
            data or read(f"crl/{files[family]}.crl"), certificate=certificate(name), issuer=anchors[family], at=at,
            skew=SKEW, reading=reading,
        ).by  # fmt: skip
    except Failed as refusal:
        return refusal.failure


class TestStamps:
    """A token of 2022 in the old standard with a SHA-1 imprint: to be read in an archive, never to count."""

    STAMPED = bytes.fromhex("cafebabe")

    def test_an_old_stamp_is_read_from_an_archive(self, anchors: dict[str, eds.Certificate]) -> None:
        token = read("tsp/tsp_token.bin")
        assert token_of(read("tsp/tsp_response.bin")) == token
        found = check_stamp(token, signature=self.STAMPED, anchors=[anchors["G04"]], reading=Reading.ARCHIVE)
        assert (found.at, found.policy) == (datetime(2022, 9, 18, 13, 20, 14, tzinfo=UTC), "1.2.398.3.3.2.6.1")
        assert (found.nonce, len(found.chain)) == (1663507112663, 2)

    @pytest.mark.parametrize(
        ("file", "signature", "reading", "failure"),
        [
            ("tsp/tsp_token.bin", STAMPED, Reading.TODAY, Failure.STAMP_IMPRINT),
            ("tsp/tsp_token.bin", b"\xca\xfe\xba\xbf", Reading.ARCHIVE, Failure.STAMP_IMPRINT),
            ("derived/tsp_token_tampered_imprint.bin", STAMPED, Reading.ARCHIVE, Failure.STAMP_IMPRINT),
        ],
    )
    def test_it_is_refused_otherwise(
        self, anchors: dict[str, eds.Certificate], file: str, signature: bytes, reading: Reading, failure: Failure
    ) -> None:
        with pytest.raises(Failed) as refusal:
            check_stamp(read(file), signature=signature, anchors=[anchors["G04"]], reading=reading)
        assert refusal.value.failure is failure
