"""Every notice in three languages, short enough, complete, and with nothing in it that it was not given."""

from __future__ import annotations

from datetime import UTC, date, datetime
from string import Formatter

import pytest

from nesie.foundation.notices import rules
from nesie.foundation.notices.rules import EVERY_CHANNEL, LANGUAGES, TEMPLATES, Channel
from nesie.kernel.money import Money

EXAMPLES: dict[str, object] = {
    "code": "123456",
    "minutes": 5,
    "link": "https://cabinet.nesie.example/stop/abcdefghijklmnopqrstuv",
    "amount": Money.tenge("1234567.50"),
    "balance": Money.tenge(1234567),
    "number": "МК-2026/000123",
    "due_on": date(2026, 12, 24),
    "on": date(2026, 12, 24),
    "paid_on": date(2026, 11, 24),
    "effective_on": date(2026, 12, 1),
    "until": datetime(2026, 11, 24, 4, 0, 1, tzinfo=UTC),
    "program": "Chrome, Windows",
    "name": "Қызметкер Әсет Серікұлы",
    "at": datetime(2026, 11, 23, 19, 30, tzinfo=UTC),
}


def said(template: str, language: str) -> rules.Words:
    params = {name: EXAMPLES[name] for name in TEMPLATES[template].params}
    return rules.words(template, params, language, brand="Nesie Demo", contact="+7 727 000 00 00")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_language_says_the_same_with_the_same_places(name):
    template = TEMPLATES[name]
    assert set(template.said) == set(LANGUAGES)
    texts = [template.said[language].text for language in LANGUAGES]
    assert len(set(texts)) == len(LANGUAGES)
    for language in LANGUAGES:
        here = template.said[language]
        assert places(here.text) == template.params
        assert places(here.sms) <= template.params
        assert bool(here.sms) == (Channel.SMS in template.channels)
        assert here.subject


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TEMPLATES)
def test_an_sms_is_at_most_three_parts(name, language):
    assert len(said(name, language).sms) <= 3 * 67


@pytest.mark.parametrize("name", [t.name for t in TEMPLATES.values() if t.secret])
def test_a_code_never_goes_into_the_inbox_it_protects(name):
    assert Channel.IN_APP not in TEMPLATES[name].channels
    with pytest.raises(rules.NoWayToTell):
        rules.ways(name, EVERY_CHANNEL, phone=None, email=None)


def test_kazakh_words_use_kazakh_letters():
    for name in TEMPLATES:
        assert set(said(name, "kk").text.lower()) & set("әғқңөұүһі"), name


def test_sums_days_and_moments_are_written_as_people_write_them():
    assert rules.shown(Money.tenge("1234567.50"), "ru") == "1\u00a0234\u00a0567,50\u00a0₸"
    assert rules.shown(Money.tenge("1234567.50"), "en") == "1\u00a0234\u00a0567.50\u00a0₸"
    assert rules.shown(Money.tenge(-100), "kk") == "−100\u00a0₸"
    assert rules.shown(datetime(2026, 11, 23, 19, 30, tzinfo=UTC), "kk") == "24.11.2026 00:30"
    assert rules.shown(date(2026, 12, 24), "ru") == "24.12.2026"


def test_missing_unknown_and_superfluous_parameters_are_bugs():
    for template, params in (
        ("money_sent", {"number": "1"}),
        ("money_sent", {"number": "1", "amount": 1, "name": "x"}),
        ("no_such", {}),
    ):
        with pytest.raises(rules.ParamsDiffer):
            rules.words(template, params, "ru", brand="b", contact="c")


def test_another_language_is_told_in_kazakh():
    assert said("loan_closed", "de") == said("loan_closed", "kk")
    assert said("loan_closed", "ru-kz") == said("loan_closed", "ru")
