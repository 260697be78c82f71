"""What every template may say: whose system it is, who reads, in which language, what time it is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from nesie.entrypoints.web import navigation
from nesie.foundation.lender import queries as lender
from nesie.kernel.actor import Role


def page(request: HttpRequest) -> dict[str, Any]:
    """The common part of every page; touches no table, so an error page can be drawn with it."""
    language = (get_language() or "kk")[:2]
    organisation = lender.organisation()
    actor = getattr(request, "actor", None)
    return {
        "organisation": organisation,
        "organisation_name": organisation.name[language],
        "brand": organisation.brand,
        "language": language,
        "languages": (("kk", "Қаз", "Қазақша"), ("ru", "Рус", "Русский"), ("en", "Eng", "English")),
        "actor": actor,
        "is_client": bool(actor and actor.has(Role.CLIENT)),
        "is_staff": bool(actor and actor.is_staff),
        "navigation": navigation.of(actor, request.path),
        "demo": settings.NESIE_DEMO,
        "simulators": settings.NESIE_ADDRESSES if "EMULATORS" in settings.NESIE_DEMO_PARTS else {},
        "business_now": getattr(request, "now", None),
        "reference": getattr(request, "reference", ""),
    }
