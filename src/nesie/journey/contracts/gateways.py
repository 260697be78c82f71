"""What contracts need of others: somebody who lays their papers out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from nesie.foundation.documents import rules as documents


class Papers(Protocol):
    """Lays a paper out, as `documents.rules.render` does."""

    def __call__(
        self, template: str, data: Mapping[str, Any], *, language: documents.Language, at: datetime
    ) -> documents.Rendered:
        """The paper's bytes and the version of its template."""


class Wiring:
    """Set once by `config`; asked at each use. Typst unless somebody (a long simulation) says otherwise."""

    papers: Papers = staticmethod(documents.render)
