"""Who the lender is and what it has published."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.staticfiles import finders

from nesie.foundation.lender import rules
from nesie.foundation.lender.models import PublishedText

DEFAULT_CONFIGURATION = Path(__file__).with_name("brand.toml")


def organisation() -> rules.OrganisationView:
    """The organisation of the one configuration file (clauses 7.2, 24.1); BrandIncomplete when a fact lacks."""
    return _read(Path(getattr(settings, "NESIE_BRAND", None) or DEFAULT_CONFIGURATION))


def address_of(path: str) -> str:
    """Where a link in a message leads: the path on `NESIE_PUBLIC_URL`, or on the domain of the brand."""
    base: str = settings.NESIE_PUBLIC_URL or f"https://{organisation().brand.domain}"
    return base + path


def rules_document(kind: rules.RulesKind | str, language: str) -> rules.RulesDocument:
    """The text in force (clauses 8.2, 8.5); English readers get the Russian. RulesNotPublished when there is none."""
    found = (
        PublishedText.objects.filter(kind=rules.RulesKind(kind), language=_binding(language))
        .order_by("-version")
        .first()
    )
    if found is None:
        raise rules.RulesNotPublished
    return _view(found)


def rules_version(text_id: UUID) -> rules.RulesDocument:
    """The very version a client acknowledged, by its id."""
    found = PublishedText.objects.filter(id=text_id).first()
    if found is None:
        raise rules.RulesNotPublished
    return _view(found)


def published() -> list[rules.RulesDocument]:
    """Every version ever published, newest first."""
    return [_view(text) for text in PublishedText.objects.order_by("-published_at", "kind", "language")]


def letterhead(language: str) -> dict[str, Any]:
    """What the head and foot of every document of the lender show: `lender` of the documents' layout."""
    facts = organisation()
    mark = finders.find(facts.brand.mark)
    return {
        "name": facts.name[language],
        "bin": facts.bin,
        "licence": facts.licence_number,
        "address": facts.legal_address[language],
        "phones": list(facts.phones),
        "email": facts.email,
        "site": facts.site,
        "head_name": facts.head_name,
        "head_position": facts.head_position[language],
        "brand": {
            "name": facts.brand.name,
            "primary": facts.brand.primary,
            "primary_dark": facts.brand.primary_dark,
            "accent": facts.brand.accent,
            "mark": Path(mark).read_text("utf-8") if mark else "",
        },
    }


def shipped_text(kind: rules.RulesKind, language: str) -> tuple[str, str]:
    """Title and body of the text that comes with the system, for the lender's lawyer to start from."""
    path = Path(__file__).with_name("texts") / f"{kind.value}.{language}.txt"
    title, body = path.read_text("utf-8").split("\n", 1)
    return title.strip(), body.strip()


def _binding(language: str) -> str:
    return "kk" if language.startswith("kk") else "ru"


def _view(text: PublishedText) -> rules.RulesDocument:
    return rules.RulesDocument(
        id=text.id,
        kind=rules.RulesKind(text.kind),
        language=text.language,
        version=text.version,
        title=text.title,
        body=text.body,
        sha256=text.sha256,
        document_id=text.document_id,
        published_at=text.published_at,
    )


@cache
def _read(path: Path) -> rules.OrganisationView:
    with path.open("rb") as file:
        return rules.parse(tomllib.load(file))
