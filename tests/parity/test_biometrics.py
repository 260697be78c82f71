"""The identification centre: one suite for the fake and for the HTTP adapter against its simulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from nesie.foundation.identification.adapters.coid import CoidBiometrics, read_result
from nesie.foundation.identification.adapters.fake import FakeBiometrics
from nesie.foundation.identification.gateways import Biometrics, Refusal, Unanswered
from nesie.foundation.identification.rules.persons import (
    BiometricAnswer,
    BiometricFailure,
    BiometricRequest,
    judge_biometric,
)
from nesie.simulators.coid import CLIENT_ID, CLIENT_SECRET
from nesie.simulators.people import by_key
from tests.simulators.launch import PATIENT, launched, patience

WHO = by_key("aigerim")
BACK = "http://127.0.0.1:8000/identification/back"
REQUEST = BiometricRequest(state="s1", nonce="n1", iin=WHO.iin, phone=WHO.phone, redirect_uri=BACK)


@dataclass(frozen=True)
class Source:
    """A gateway, and how a person approves at the address he was sent to: gives the code he returns with."""

    gateway: Biometrics
    approve: Callable[[str], str]


def click(address: str, mode: str = "success") -> dict[str, str]:
    """What a person's browser does: opens the page, presses a button, is sent back with these parameters."""
    page = httpx.get(address)
    page.raise_for_status()
    request_uri = parse_qs(urlsplit(address).query)["request_uri"][0]
    parts = urlsplit(address)
    answer = httpx.post(f"{parts.scheme}://{parts.netloc}/authorize", data={"request_uri": request_uri, "mode": mode})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(BACK + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with launched("coid", tmp_path_factory.mktemp("coid")) as url:
        yield url


def centre(url: str, timeout: float = PATIENT) -> CoidBiometrics:
    return CoidBiometrics(url, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, timeout=timeout)


@pytest.fixture(params=["fake", "http"])
def source(request: pytest.FixtureRequest) -> Source:
    if request.param == "fake":
        fake = FakeBiometrics()

        def approve(address: str) -> str:
            return fake.approve(parse_qs(urlsplit(address).query)["request_uri"][0], datetime.now(UTC))

        return Source(fake, approve)
    url = request.getfixturevalue("url")
    httpx.post(url + "/_stage/reset")
    return Source(centre(url), lambda address: click(address)["code"])


def judge(answer: BiometricAnswer, nonce: str = "n1", iin: str = WHO.iin) -> BiometricFailure | None:
    now = datetime.now(UTC)
    return judge_biometric(answer, iin=iin, nonce_matches=answer.nonce == nonce, opened_at=now, now=now)


class TestBoth:
    @pytest.mark.clause("6-biometric")
    def test_a_person_who_approves_is_recognised(self, source: Source) -> None:
        address = source.gateway.begin(REQUEST)
        answer = source.gateway.result(source.approve(address), redirect_uri=BACK, now=datetime.now(UTC))
        assert judge(answer) is None
        assert (answer.iin, answer.nonce, answer.phone_confirmed) == (WHO.iin, "n1", True)
        assert answer.transaction_id
        assert answer.original

    @pytest.mark.clause("6-biometric")
    def test_the_address_holds_no_personal_data(self, source: Source) -> None:
        address = source.gateway.begin(REQUEST)
        assert WHO.iin not in address
        assert WHO.phone[1:] not in address

    @pytest.mark.clause("11-replay")
    def test_a_code_serves_once(self, source: Source) -> None:
        code = source.approve(source.gateway.begin(REQUEST))
        source.gateway.result(code, redirect_uri=BACK, now=datetime.now(UTC))
        with pytest.raises(Refusal):
            source.gateway.result(code, redirect_uri=BACK, now=datetime.now(UTC))

    @pytest.mark.clause("11-replay")
    def test_a_code_serves_only_where_it_was_sent(self, source: Source) -> None:
        code = source.approve(source.gateway.begin(REQUEST))
        with pytest.raises(Refusal):
            source.gateway.result(code, redirect_uri="http://127.0.0.1:8000/elsewhere", now=datetime.now(UTC))

    def test_an_invented_code_is_refused(self, source: Source) -> None:
        with pytest.raises(Refusal):
            source.gateway.result("invented", redirect_uri=BACK, now=datetime.now(UTC))


class TestHttp:
    @pytest.fixture
    def gateway(self, url: str) -> CoidBiometrics:
        httpx.post(url + "/_stage/reset")
        return centre(url)

    @pytest.mark.clause("6-biometric", "6-verify-i")
    def test_a_success_brings_the_person_and_the_states_photo(self, gateway: CoidBiometrics) -> None:
        answer = gateway.result(click(gateway.begin(REQUEST))["code"], redirect_uri=BACK, now=datetime.now(UTC))
        assert answer.facts is not None
        assert (answer.facts.surname, answer.facts.birth_on) == (WHO.surname, WHO.birth_on)
        assert answer.photo == WHO.portrait()

    @pytest.mark.clause("6-biometric")
    @pytest.mark.parametrize("ordered", [True, False])
    @pytest.mark.parametrize(
        ("mode", "failure"),
        [
            ("liveness_failed", BiometricFailure.LIVENESS),
            ("other_face", BiometricFailure.OTHER_FACE),
            ("other_iin", BiometricFailure.OTHER_PERSON),
            ("phone_not_confirmed", BiometricFailure.PHONE_NOT_CONFIRMED),
            ("not_in_state_base", BiometricFailure.NOT_IN_STATE_BASE),
            ("unavailable", BiometricFailure.UNAVAILABLE),
        ],
    )
    def test_each_failure_is_judged_by_its_name(
        self, gateway: CoidBiometrics, url: str, mode: str, failure: BiometricFailure, *, ordered: bool
    ) -> None:
        if ordered:
            httpx.post(url + "/mode", json={"mode": mode}).raise_for_status()
        back = click(gateway.begin(REQUEST), "success" if ordered else mode)
        answer = gateway.result(back["code"], redirect_uri=BACK, now=datetime.now(UTC))
        assert judge(answer) is failure

    def test_a_cancelled_visit_comes_back_without_a_code(self, gateway: CoidBiometrics) -> None:
        assert click(gateway.begin(REQUEST), "cancel") == {"error": "access_denied", "state": "s1"}

    def test_somebody_unknown_is_told_so(self, gateway: CoidBiometrics) -> None:
        stranger = BiometricRequest("s", "n1", "000101500004", "", BACK)
        answer = gateway.result(click(gateway.begin(stranger))["code"], redirect_uri=BACK, now=datetime.now(UTC))
        assert judge(answer) is BiometricFailure.NOT_IN_STATE_BASE

    @pytest.mark.clause("11-replay")
    def test_the_answer_of_another_session_proves_nothing(self, gateway: CoidBiometrics) -> None:
        answer = gateway.result(click(gateway.begin(REQUEST))["code"], redirect_uri=BACK, now=datetime.now(UTC))
        assert judge(answer, nonce="n2") is BiometricFailure.OTHER_SESSION

    @pytest.mark.clause("11-replay")
    def test_a_visit_is_decided_once(self, gateway: CoidBiometrics) -> None:
        address = gateway.begin(REQUEST)
        click(address)
        assert httpx.get(address).status_code == 400

    def test_a_wrong_secret_is_refused(self, url: str) -> None:
        with pytest.raises(Refusal):
            CoidBiometrics(url, client_id=CLIENT_ID, client_secret="wrong").begin(REQUEST)

    @pytest.mark.parametrize("kind", ["refuse", "time_out", "drop_before", "drop_after"])
    def test_silence_is_told(self, url: str, kind: str) -> None:
        httpx.post(url + "/_stage/reset")
        httpx.post(url + "/_stage/fault", json={"kind": kind, "times": 1, "seconds": 2})
        with pytest.raises(Unanswered):
            centre(url, timeout=patience(kind)).begin(REQUEST)

    @pytest.mark.parametrize("told", [b"{}", b"[]", b"null", b"x", b'{"transactionId": 1}'])
    def test_rubbish_is_no_result(self, told: bytes) -> None:
        with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
            read_result(told)
