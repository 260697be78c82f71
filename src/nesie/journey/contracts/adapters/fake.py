"""Papers without a typesetter: their data as JSON. For simulations of thousands of contracts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nesie.foundation.documents.rules import Language, Rendered, to_json


def plain_papers(template: str, data: Mapping[str, Any], *, language: Language, at: datetime) -> Rendered:
    """The same facts, a thousandth of the time; not for people."""
    text = to_json({"template": template, "language": language, "at": at, "data": dict(data)})
    return Rendered(text.encode(), "plain")
