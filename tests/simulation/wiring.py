"""The house connected to the simulated world instead of the real one, while a block lasts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from nesie.foundation.audit.gateways import Wiring as Audit
from nesie.foundation.documents.rules import Language, Rendered, render
from nesie.foundation.identification.adapters.fake import FakeAnchors
from nesie.foundation.identification.gateways import Wiring as Identification
from nesie.journey.clients.gateways import Wiring as Clients
from nesie.journey.clients.rules import PortraitMeasures
from nesie.journey.contracts.adapters.fake import plain_papers
from nesie.journey.contracts.gateways import Wiring as Contracts
from tests.simulation.world import World

_GOOD_PORTRAIT = PortraitMeasures(
    faces=1, eye_span=120.0, eye_opening=0.3, mouth_width=0.5, sharpness=400.0,
    ground_pixels=9000, ground_lightness=90.0, ground_spread=2.0, ground_chroma=3.0,
)  # fmt: skip


class EasyMeter:
    """Every portrait serves; two are of one face when they are the same picture."""

    def measure(self, content: bytes) -> PortraitMeasures:
        """As the gateway says."""
        return _GOOD_PORTRAIT

    def likeness(self, first: bytes, second: bytes) -> float | None:
        """As the gateway says."""
        return 0.9 if first == second else 0.1


class Typesetter:
    """Typst for the papers of some people, plain facts for the others': the same data, a thousandth of the time."""

    def __init__(self, whole: frozenset[str]) -> None:
        # An IIN or a name in the data tells whose paper it is.
        self._whole = tuple(name.encode() for name in sorted(whole))
        self.made: Counter[str] = Counter()  # by media type

    def __call__(self, template: str, data: Mapping[str, Any], *, language: Language, at: datetime) -> Rendered:
        """As `contracts.gateways.Papers`."""
        plain = plain_papers(template, data, language=language, at=at)
        made = plain
        if any(name in plain.content for name in self._whole):
            made = render(template, dict(data), language=language, at=at)
        self.made[made.media_type] += 1
        return made


@contextmanager
def connected(world: World) -> Iterator[Typesetter]:
    """Gateways served by the world, put back afterwards; who lays out the papers."""
    real = [who for who, one in zip(world.people, world.plans, strict=True) if one.whole]
    whole = frozenset(name for who in real for name in (who.iin, who.full_name))
    typesetter = Typesetter(whole)
    new: list[tuple[Any, str, Any]] = [
        (Audit, "seal_key", world.seal_key),
        (Audit, "anchor", world.anchor),
        (Identification, "anchors", FakeAnchors(world.authority.anchor)),
        (Identification, "revocation", world.authority),
        (Identification, "timestamps", world.authority),
        (Identification, "biometrics", world.biometrics),
        (Identification, "registry", world.registry),
        (Clients, "portrait_meter", EasyMeter()),
        (Contracts, "papers", typesetter),
    ]
    before = [(where, name, where.__dict__.get(name)) for where, name, _ in new]
    try:
        for where, name, value in new:
            setattr(where, name, value)
        yield typesetter
    finally:
        for where, name, value in before:
            setattr(where, name, value)
