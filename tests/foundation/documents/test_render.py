"""Documents are laid out as PDF/A-2b, the same bytes each time, in letters of both languages."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from nesie.foundation.documents import rules
from nesie.foundation.documents.rules import TemplateBroken, render
from nesie.foundation.lender.queries import letterhead
from nesie.kernel.money import Money
from tests import archival

TEMPLATE = "documents/delivery_confirmation"
KAZAKH = "әғқңөұүһі ӘҒҚҢӨҰҮҺІ ₸ № «»"


def _data(title: str = KAZAKH) -> dict[str, Any]:
    at = datetime(2026, 11, 23, 4, tzinfo=UTC)
    return {
        "lender": letterhead("kk"),
        "number": "1",
        "issued_at": at,
        "holder": "",
        "contract": "",
        "document": {"title": title, "file_name": "a.pdf", "size": 1234567, "sha256": "ab" * 32, "created_at": at},
        "events": [{"at": at, "event": "sent", "channel": "web", "reference": ""}],
        "signer": {"subject": "CN=x", "fingerprint": "cd" * 32},
        "file_name": "c.pdf",
    }


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_same_data_give_the_same_bytes(now: datetime, language: Any) -> None:
    one, two = (render(TEMPLATE, _data(), language=language, at=now) for _ in range(2))
    assert one == two
    assert one.content != render(TEMPLATE, _data(), language=language, at=now + timedelta(seconds=1)).content
    assert one.content != render(TEMPLATE, _data("other"), language=language, at=now).content


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_it_is_pdf_a_2b_with_embedded_fonts_and_the_given_time(now: datetime, language: Any) -> None:
    """The papers of contracts and loans are looked at in the same way where their tests read them."""
    reader = archival.opened(render(TEMPLATE, _data(), language=language, at=now).content)
    assert reader.metadata is not None
    assert reader.metadata.creation_date == now
    text = {"title": KAZAKH, "version": 2, "published_at": now, "paragraphs": [KAZAKH]}
    data = {"lender": letterhead(language), **text}
    archival.opened(render("lender/published_text", data, language=language, at=now).content)


def test_kazakh_letters_and_the_sign_of_the_tenge_come_out(now: datetime) -> None:
    reader = PdfReader(io.BytesIO(render(TEMPLATE, _data(), language="kk", at=now).content))
    text = "".join(page.extract_text() for page in reader.pages)
    assert all(letter in text for letter in KAZAKH if letter != " ")


def test_a_letter_no_font_has_is_an_error_not_a_box(now: datetime) -> None:
    with pytest.raises(TemplateBroken, match="could not be displayed"):
        render(TEMPLATE, _data("姓名"), language="kk", at=now)


def test_markup_in_data_is_shown_not_run(now: datetime) -> None:
    reader = PdfReader(io.BytesIO(render(TEMPLATE, _data('#panic("x") *a*'), language="ru", at=now).content))
    assert '#panic("x") *a*' in "".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("name", ["documents/nothing", "../secret", "documents/../x", "layout"])
def test_an_unknown_template_is_an_error(now: datetime, name: str) -> None:
    with pytest.raises(TemplateBroken):
        render(name, {}, language="kk", at=now)


def test_the_version_follows_what_a_template_imports() -> None:
    path = rules.template_path(TEMPLATE)
    assert rules.LAYOUT in rules._with_imports(path)
    assert rules.template_version(TEMPLATE) != rules.template_version("documents/layout")


def test_data_have_one_form_in_a_template() -> None:
    moment = datetime(2026, 11, 23, 4, 0, 5, tzinfo=UTC)
    data = {"sum": Money(150), "on": date(2026, 1, 2), "at": moment, "rate": Decimal("44.2")}
    assert rules.to_json(data) == '{"at": "2026-11-23T09:00:05+05:00", "on": "2026-01-02", "rate": "44.2", "sum": 150}'
    with pytest.raises(TypeError):
        rules.to_json({"at": datetime(2026, 1, 1)})  # noqa: DTZ001 - naive on purpose
    with pytest.raises(TypeError):
        rules.to_json({"x": object()})


def test_the_fonts_come_with_their_licence() -> None:
    assert "SIL OPEN FONT LICENSE" in (Path(rules.FONTS) / "OFL.txt").read_text()
    assert len(list(rules.FONTS.glob("*.ttf"))) == 4
