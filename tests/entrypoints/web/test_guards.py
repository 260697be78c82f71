"""What every page does whoever asks: nothing kept behind, nothing told, the lender plain to see."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from nesie.foundation.lender import queries as lender

PUBLIC = (
    "/", "/calculator", "/lender", "/repay", "/rules/granting_rules", "/sign-in", "/sign-in/eds", "/sign-in/recovery",
    "/sign-in/recovery/eds", "/staff/sign-in", "/register/",
)  # fmt: skip


def _addresses() -> list[str]:
    """Every address of the pages, ids filled in with nobody's."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> list[str]:
        found = []
        for one in patterns:
            path = before + str(one.pattern)
            found += walk(one.url_patterns, path) if isinstance(one, URLResolver) else [path]
        return found

    filled = []
    for path in walk(get_resolver("nesie.entrypoints.web.urls").url_patterns, "/"):
        path = re.sub(r"<uuid:\w+>", str(uuid4()), path)
        filled.append(re.sub(r"<slug:\w+>", "nothing", path))
    return filled


@pytest.mark.clause("24.2")
@pytest.mark.parametrize("path", PUBLIC)
def test_no_page_may_be_kept_by_the_browser_and_no_script_may_be_slipped_in(pages: Client, path: str) -> None:
    answer = pages.get(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy
    for cookie in answer.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


@pytest.mark.clause("24.2", "24.3")
@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/recovery", "/staff/sign-in", "/register/"])
def test_secrets_are_masked_and_no_field_is_filled_in_by_the_browser(pages: Client, path: str) -> None:
    html = pages.get(path).content.decode()
    fields = re.findall(r"<input(?![^>]*type=\"hidden\")[^>]*>", html)
    assert fields
    for field in fields:
        assert re.search(r'autocomplete="(off|new-password)"', field), field
        if re.search(r'name="(password|current|again|totp|code)"', field):
            assert 'type="password"' in field, field


@pytest.mark.clause("24.4")
@pytest.mark.parametrize(
    ("language", "words"), [("kk", "Өзіңізді қорғаңыз"), ("ru", "Берегите себя"), ("en", "Keep yourself safe")]
)
@pytest.mark.parametrize("path", ["/sign-in", "/staff/sign-in"])
def test_sign_in_pages_tell_of_cyber_hygiene(pages: Client, path: str, language: str, words: str) -> None:
    pages.cookies["nesie_language"] = language
    assert words in pages.get(path).content.decode()


@pytest.mark.clause("24.1")
def test_name_logo_and_colours_come_from_the_one_configuration(pages: Client) -> None:
    brand = lender.organisation().brand
    html = pages.get("/").content.decode()
    assert f'src="/static/{brand.logo}" alt="{brand.name}"' in html
    assert brand.primary in pages.get("/brand.css").content.decode()


@pytest.mark.clause("7.2")
def test_lender_page_shows_every_detail_and_the_first_head(pages: Client) -> None:
    facts = lender.organisation()
    pages.cookies["nesie_language"] = "ru"
    html = pages.get("/lender").content.decode()
    shown = [facts.legal_address.ru, facts.actual_address.ru, *facts.phones, facts.fax, facts.email, facts.head_name]
    assert [one for one in shown if one not in html] == []


def test_kazakh_is_the_language_until_the_reader_chooses_another(pages: Client) -> None:
    assert '<html lang="kk">' in pages.get("/", HTTP_ACCEPT_LANGUAGE="ru").content.decode()
    pages.post("/language", {"language": "ru", "back": "/lender"})
    assert '<html lang="ru">' in pages.get("/lender").content.decode()


@pytest.mark.clause("24.5", "26.1")
def test_a_failure_inside_shows_a_reference_and_nothing_else(pages: Client, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.entrypoints.web.broken_urls"
    answer = pages.get("/broken")
    html = answer.content.decode()
    assert answer.status_code == 500
    assert answer["X-Reference-Id"] in html
    assert "secret" not in html
    assert "Traceback" not in html
    problem = pages.get("/broken", HTTP_ACCEPT="application/json")
    assert problem["Content-Type"] == "application/problem+json"
    assert set(problem.json()) == {"type", "status", "title", "reference"}


@pytest.mark.clause("11-secrecy", "27")
def test_no_address_answers_a_stranger_with_anything_but_a_door_or_nothing(pages: Client) -> None:
    open_to_all = {*PUBLIC, "/brand.css", "/demonstration"}
    for path in _addresses():
        if path in open_to_all or path.startswith("/register/code/"):  # the same page for any id
            continue
        answer = pages.get(path)
        assert answer.status_code in (302, 404, 405, 409), (path, answer.status_code)


@pytest.mark.clause("26.3")
def test_a_form_of_another_site_is_turned_away(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in", {"phone": "+77770990001", "password": "x"})
    assert answer.status_code == 403
    assert answer["X-Reference-Id"] in answer.content.decode()
