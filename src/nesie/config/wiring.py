"""Which adapter serves which gateway: the one place where rooms that may not know each other meet."""

from __future__ import annotations

import importlib
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.apps import apps
from django.conf import settings

import nesie
from nesie.foundation.audit.adapters.file import FileAnchor, FileSealKey
from nesie.foundation.audit.gateways import Wiring
from nesie.foundation.documents.adapters.file import FileSigner
from nesie.foundation.documents.gateways import Wiring as DocumentsWiring
from nesie.foundation.vault.adapters.file import FileKeyRing
from nesie.foundation.vault.gateways import Wiring as VaultWiring
from nesie.kernel.actor import Actor, Role


def permissions() -> tuple[dict[str, frozenset[Role]], frozenset[str]]:
    """Every room's PERMITTED and FOUR_EYES in one; an act declared twice is a mistake of ours."""
    permitted: dict[str, frozenset[Role]] = {}
    four_eyes: set[str] = set()
    for config in apps.get_app_configs():
        if not config.name.startswith(("nesie.foundation.", "nesie.journey.", "nesie.oversight.")):
            continue
        if not (Path(config.path) / "rules.py").exists() and not (Path(config.path) / "rules").is_dir():
            continue
        rules = importlib.import_module(f"{config.name}.rules")
        for act, roles in getattr(rules, "PERMITTED", {}).items():
            if act in permitted:
                raise ValueError(f"{act} is permitted in two rooms")
            permitted[act] = frozenset(roles)
        four_eyes |= set(getattr(rules, "FOUR_EYES", ()))
    return permitted, frozenset(four_eyes)


class TableGate:
    """Permissions by role only."""

    def __init__(self, permitted: dict[str, frozenset[Role]], four_eyes: frozenset[str]) -> None:
        self._permitted, self._four_eyes = permitted, four_eyes

    def permits(self, actor: Actor, act: str) -> bool:
        """True when a role of the actor bears the permission."""
        return actor.has(*self._permitted.get(act, ()))

    def needs_approval(self, act: str) -> bool:
        """True for acts of four eyes."""
        return act in self._four_eyes

    def use_approval(self, actor: Actor, act: str, digest: bytes, now: datetime) -> UUID | None:
        """No approval can be given through this gate."""
        return None


def connect() -> None:
    """Called once at start."""
    Wiring.gatekeeper = TableGate(*permissions())
    Wiring.seal_key = FileSealKey(settings.NESIE_KEYS_DIR)
    Wiring.anchor = FileAnchor(settings.NESIE_ANCHOR_FILE)
    Wiring.release = nesie.__version__
    VaultWiring.keyring = FileKeyRing(settings.NESIE_KEYS_DIR)
    DocumentsWiring.signer = FileSigner(settings.NESIE_KEYS_DIR)
