"""The verifier on test objects of the National CA of Kazakhstan. They are not part of this repository."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nesie.foundation.identification.rules import eds
from nesie.foundation.identification.rules.eds import Evidence, Expected, Failure, Limits
from nesie.foundation.identification.rules.eds.crl import check_crl
from nesie.foundation.identification.rules.eds.ocsp import check_ocsp
from nesie.foundation.identification.rules.eds.verdict import Failed

SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "nca"
IIN = "123456789011"
SIGNED_AT = datetime(2022, 9, 28, 14, 41, tzinfo=UTC)
IN_TERM = datetime(2021, 10, 1, tzinfo=UTC)
SKEW = timedelta(minutes=5)
NO_STAMP = Limits(needs_stamp=False, ocsp_max_age=timedelta(days=1))

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason=f"the National CA's test objects are not here: they belong into {SAMPLES}"
)


def read(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


@pytest.fixture(scope="module")
def anchor() -> eds.Certificate:
    return eds.load_anchors([read("ca/nca_rsa_test.crt")])[0]


def certificate(name: str) -> eds.Certificate:
    return eds.load_anchors([read(f"certs/{name}.cer")])[0]


def judge(name: str, anchor: eds.Certificate, at: datetime) -> eds.Verdict:
    return eds.verify(
        read(name),
        b"test123",
        at=at,
        anchors=[anchor],
        expected=Expected(iin=IIN),
        evidence=Evidence(),
        limits=NO_STAMP,
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
            ("derived/cms_tampered_content.p7s", Failure.CONTENT_DIFFERS),
            ("derived/cms_attached_gost2015_only.p7s", Failure.ALGORITHM),
        ],
    )
    def test_each_is_refused_for_its_own_reason(self, anchor: eds.Certificate, name: str, failure: Failure) -> None:
        assert judge(name, anchor, SIGNED_AT).failed_check is failure

    @pytest.mark.clause("6-eds")
    def test_a_real_signature_of_the_authority_holds_while_its_certificate_did(self, anchor: eds.Certificate) -> None:
        found = judge("cms/attached_rsa_one_signer.p7s", anchor, IN_TERM)
        assert found.failed_check is Failure.STATUS_UNKNOWN
        assert found.checks == ("structure", "content", "signature", "chain", "term", "kind", "holder")
        assert found.signer is not None
        assert found.signer.iin == IIN


class TestCertificates:
    @pytest.mark.parametrize(
        "name",
        [
            "individual_valid_sign_2004_rsa", "individual_valid_sign_2004_rsa_auth", "p12_individual_sign_rsa",
            "p12_individual_sign_rsa_revoked", "p12_individual_auth_rsa_revoked",
        ],
    )  # fmt: skip
    def test_each_is_signed_by_its_authority_and_names_its_holder(self, anchor: eds.Certificate, name: str) -> None:
        found = certificate(name)
        assert found.signed_by(anchor)
        assert found.iin == IIN

    @pytest.mark.parametrize(
        "name",
        [
            "ceo_valid_sign_2004_gost",
            "p12_ceo_gost2015_revoked",
            "p12_ceo_sign_gost2004_revoked",
            "p12_individual_gost2015",
        ],
    )
    def test_those_of_other_algorithms_are_read_but_not_trusted(self, anchor: eds.Certificate, name: str) -> None:
        found = certificate(name)
        assert found.iin is not None
        assert found.key_oid.startswith("1.2.398.3.10.1.1")
        with pytest.raises(eds.algorithms.AlgorithmRefused):
            found.signed_by(anchor)


class TestStatus:
    def ocsp(self, anchor: eds.Certificate, nonce: str, at: datetime, name: str = "p12_individual_sign_rsa") -> str:
        answer = read("ocsp/ocsp_response_individual_sign_2004.bin")
        try:
            return check_ocsp(
                answer, certificate=certificate(name), issuer=anchor, nonce=bytes.fromhex(nonce), at=at,
                max_age=timedelta(minutes=10), skew=SKEW,
            ).by  # fmt: skip
        except Failed as refusal:
            return refusal.failure

    def test_an_answer_of_the_real_responder_is_good_though_the_certificate_is_expired(
        self, anchor: eds.Certificate
    ) -> None:
        asked = datetime(2022, 9, 2, 16, 54, tzinfo=UTC)
        assert self.ocsp(anchor, "b5e5c9b552cbcac4", asked) == "ocsp"
        assert self.ocsp(anchor, "b5e5c9b552cbcac5", asked) == Failure.OCSP_NONCE
        assert self.ocsp(anchor, "b5e5c9b552cbcac4", asked + timedelta(hours=1)) == Failure.OCSP_STALE
        other = self.ocsp(anchor, "b5e5c9b552cbcac4", asked, "individual_valid_sign_2004_rsa")
        assert other == Failure.OCSP_OTHER_CERTIFICATE

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("individual_valid_sign_2004_rsa", "crl"),
            ("p12_individual_sign_rsa_revoked", Failure.REVOKED),
            ("p12_individual_auth_rsa_revoked", Failure.REVOKED),
        ],
    )
    def test_the_real_list_names_those_taken_back(self, anchor: eds.Certificate, name: str, expected: str) -> None:
        assert crl_says(anchor, name, datetime(2022, 4, 1, tzinfo=UTC)) == expected

    def test_the_real_list_grows_stale(self, anchor: eds.Certificate) -> None:
        late = datetime(2022, 9, 26, tzinfo=UTC)
        assert crl_says(anchor, "individual_valid_sign_2004_rsa", late) == Failure.CRL_STALE


def crl_says(anchor: eds.Certificate, name: str, at: datetime) -> str:
    try:
        return check_crl(
            read("crl/nca_rsa_test.crl"), certificate=certificate(name), issuer=anchor, at=at, skew=SKEW
        ).by
    except Failed as refusal:
        return refusal.failure
