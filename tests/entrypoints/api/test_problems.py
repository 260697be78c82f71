"""Failures: one kind of answer, in the reader's language, with nothing from inside (clause 26.1)."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from nesie.config.logs import SafeFormatter
from nesie.entrypoints import clock
from nesie.entrypoints.api.middleware import wished
from nesie.foundation.access.actions import open_guest_session
from nesie.foundation.access.rules import SessionKind
from nesie.kernel.actor import Channel
from tests.entrypoints.api.world import Caller

IIN = "000000000000"


@pytest.fixture
def guest(db: None) -> Caller:
    return Caller(SessionKind.GUEST)


def test_a_refusal_is_told_by_code_in_words_and_with_its_field(guest: Caller) -> None:
    answer = guest.call("POST", "/registrations", {"phone": "+7 727 250 00 00", "language": "kk"})
    told = answer.json()
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert told["code"] == "PhoneUnfit"
    assert told["type"] == "urn:nesie:problem:PhoneUnfit"
    assert told["field"] == "phone"
    assert told["reference"] == answer["X-Reference-Id"]


@pytest.mark.clause("26.3")
def test_each_field_that_does_not_fit_is_named_and_nothing_sent_is_said_back(guest: Caller) -> None:
    sent = {"phone": "Сәрсенова", "language": "xx", "extra": IIN}
    answer = guest.call("POST", "/registrations", sent)
    told = answer.json()
    assert answer.status_code == 422
    assert {one["field"] for one in told["errors"]} == {"phone", "language", "extra"}
    assert "Сәрсенова" not in answer.content.decode()
    assert IIN not in answer.content.decode()


def test_what_cannot_be_read_is_400(guest: Caller) -> None:
    headers = guest.headers()
    for rubbish in (b"{", b"\xff\xfe", b"[" * 100_000, b'{"phone": ' + b"9" * 5000 + b"}"):
        answer = Client().post("/api/v1/registrations", rubbish, content_type="application/json", headers=headers)
        assert answer.status_code in (400, 422), rubbish[:20]
        assert answer["Content-Type"] == "application/problem+json"


def test_what_is_too_large_is_refused_before_it_is_read(guest: Caller, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = guest.call("POST", "/registrations", {"phone": "1" * 2000, "language": "kk"})
    assert answer.status_code in (400, 413)
    assert answer["Content-Type"] == "application/problem+json"


def test_a_wrong_method_is_told_which_are_right(guest: Caller) -> None:
    answer = guest.call("DELETE", "/session")
    assert answer.status_code == 405
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}
    assert answer.json()["code"] == "MethodNotAllowed"


def test_an_unknown_address_is_a_problem_too(guest: Caller) -> None:
    for address in ("/no-such-thing", "/", "/accounts/", "/%00", "/../v1"):
        answer = guest.call("GET", address)
        assert answer.status_code == 404, address
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "NotFound", address


@pytest.mark.clause("6-access")
def test_only_a_session_of_the_api_opens_it(db: None) -> None:
    now = clock.business_now()
    assert Client().get("/api/v1/session").status_code == 401
    for token in ("", "x", "я", open_guest_session(now, channel=Channel.WEB)):
        answer = Client().get(
            "/api/v1/session", headers={"Authorization": f"Bearer {token}".encode().decode("latin-1")}
        )
        assert answer.status_code == 401, token
        assert answer["WWW-Authenticate"] == "Bearer"
    of_cookie = Client()
    of_cookie.cookies["nesie_session"] = open_guest_session(now, channel=Channel.API)
    assert of_cookie.get("/api/v1/session").status_code == 401
    token = open_guest_session(now, channel=Channel.API)
    assert Client().get("/api/v1/session", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_nothing_is_cached_and_the_language_is_the_callers(guest: Caller) -> None:
    for language in ("kk", "ru", "en"):
        guest.language = language
        answer = guest.call("GET", "/session")
        assert answer["Cache-Control"] == "no-store"
        assert answer["Content-Language"] == language


def test_the_best_of_our_languages_is_taken() -> None:
    assert wished("de, ru-KZ;q=0.8, en;q=0.9") == "en"
    assert wished("ru-KZ") == "ru"
    assert wished("") == wished("de") == wished(";;;") == "kk"


def test_the_words_are_in_the_callers_language(guest: Caller) -> None:
    told = set()
    for language in ("kk", "ru", "en"):
        guest.language = language
        told.add(guest.call("POST", "/registrations", {"phone": "+77272500000", "language": "kk"}).json()["detail"])
    assert len(told) == 3


@pytest.mark.clause("26.1", "24.5")
def test_our_own_failure_tells_a_reference_and_the_log_tells_where(
    db: None, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The brand's file holds what it should not: the failure's own words would quote it."""
    broken = tmp_path / "brand.toml"
    broken.write_text(f'[organisation]\nphones = ["+77010000000"]\nlicence_issued_on = "{IIN}"\n')
    settings.NESIE_BRAND = broken
    with caplog.at_level(logging.ERROR, "nesie.api"):
        answer = Caller().call("GET", "/lender")
    told = answer.json()
    assert answer.status_code == 500
    assert set(told) == {"type", "title", "status", "detail", "code", "reference"}
    assert not any(inside in answer.content.decode() for inside in ("brand", "licence", "Traceback", IIN))
    record = next(one for one in caplog.records if one.name == "nesie.api")
    line = json.loads(SafeFormatter().format(record))
    assert line["reference"] == told["reference"] == answer["X-Reference-Id"]
    assert line["error"] == "BrandIncomplete"
    assert any("lender/rules.py" in place for place in line["at_code"])
    assert IIN not in json.dumps(line)
