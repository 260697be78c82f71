"""Which adapter serves which gateway: the one place where rooms that may not know each other meet."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.apps import apps
from django.conf import settings
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

import nesie
from nesie.config import demo
from nesie.foundation.access.adapters.trust import FileTrust
from nesie.foundation.access.gateways import Wiring as AccessWiring
from nesie.foundation.access.queries import Gate
from nesie.foundation.audit.adapters.file import FileAnchor, FileSealKey
from nesie.foundation.audit.gateways import Wiring
from nesie.foundation.documents.adapters.file import FileSigner
from nesie.foundation.documents.gateways import Wiring as DocumentsWiring
from nesie.foundation.identification.adapters.coid import CoidBiometrics
from nesie.foundation.identification.adapters.egov_mobile import EgovMobile
from nesie.foundation.identification.adapters.ncanode import NcaNode
from nesie.foundation.identification.adapters.openssl import GostEngine, engine_or_plain
from nesie.foundation.identification.adapters.pki import Addresses, PinnedAnchors, PkiRevocation, PkiTimestamps
from nesie.foundation.identification.adapters.registry import GatewayRegistry
from nesie.foundation.identification.gateways import Wiring as IdentificationWiring
from nesie.foundation.identification.rules.eds import Certificate
from nesie.foundation.ledger.gateways import Wiring as LedgerWiring
from nesie.foundation.vault.adapters.file import FileKeyRing
from nesie.foundation.vault.gateways import Wiring as VaultWiring
from nesie.journey.applications.gateways import Wiring as ApplicationsWiring
from nesie.journey.clients.gateways import Wiring as ClientsWiring
from nesie.journey.clients.queries import ClientsKnown
from nesie.journey.creditworthiness.gateways import Wiring as CreditworthinessWiring
from nesie.journey.loans.queries import (
    PART,
    DayCloseReadiness,
    LoansStanding,
    OwedContracts,
    RefinancedLoans,
    RunningLoans,
)
from nesie.journey.payments.gateways import Wiring as PaymentsWiring
from nesie.kernel import gost
from nesie.kernel.actor import Role

if TYPE_CHECKING:
    from nesie.foundation.identification.adapters.faces import OwnFaces
    from nesie.journey.clients.adapters.mesh import MeshMeter


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


def connect() -> None:
    """Called once at start."""
    Wiring.gatekeeper = Gate(*permissions())
    Wiring.seal_key = FileSealKey(settings.NESIE_KEYS_DIR)
    Wiring.anchor = FileAnchor(settings.NESIE_ANCHOR_FILE)
    Wiring.release = nesie.__version__
    VaultWiring.keyring = FileKeyRing(settings.NESIE_KEYS_DIR)
    DocumentsWiring.signer = FileSigner(settings.NESIE_KEYS_DIR)
    faces = cast("OwnFaces", SimpleLazyObject(_own_faces))
    _connect_identification(faces)
    AccessWiring.people = ClientsKnown()
    AccessWiring.attestation = FileTrust(settings.NESIE_ATTESTATION_DIR)
    ClientsWiring.portrait_meter = cast("MeshMeter", SimpleLazyObject(lambda: _mesh_meter(faces)))
    CreditworthinessWiring.own_loans = LoansStanding()
    PaymentsWiring.owed_contracts = OwedContracts()
    PaymentsWiring.running_loans = RunningLoans()
    ApplicationsWiring.refinanced_loans = RefinancedLoans()
    LedgerWiring.readiness, LedgerWiring.parts = (DayCloseReadiness(),), (PART,)


def _own_faces() -> OwnFaces:
    # Read only by a process that sees a face: the libraries of pictures take 40 MB and a quarter of a second.
    from nesie.foundation.identification.adapters.faces import OwnFaces

    return OwnFaces()


def _mesh_meter(faces: OwnFaces) -> MeshMeter:
    from nesie.journey.clients.adapters.mesh import MeshMeter

    return MeshMeter(faces)


def _gost() -> Callable[[], gost.Backend]:
    """Who counts by the state standard; the engine, where it is demanded, must be there at the start."""
    match settings.NESIE_GOST:
        case "openssl":
            engine = GostEngine()
            return lambda: engine
        case "python":
            return gost.Plain
        case _:
            return engine_or_plain


def pinned_anchors() -> PinnedAnchors:
    """Read at the start already: outside a demo nothing of the test authority may be among them, now or later."""
    on = settings.NESIE_DEMO_PARTS

    def check(file: Path, one: Certificate) -> None:
        demo.check_anchor(file, (value for _kind, value in one.subject_fields), on)

    anchors = PinnedAnchors(settings.NESIE_ANCHORS_DIR, check)
    anchors.signing(), anchors.stamping()
    demo.check_authorities(anchors.list_file, anchors.listed(), on)
    return anchors


def _connect_identification(faces: OwnFaces) -> None:
    gost.use(_gost())
    pki, addresses, timeout = settings.NESIE_PKI, settings.NESIE_ADDRESSES, settings.NESIE_GATEWAY_TIMEOUT_SECONDS
    anchors = IdentificationWiring.anchors = pinned_anchors()
    common = Addresses(ocsp=pki["ocsp"], crl=pki["crl"])
    IdentificationWiring.revocation = PkiRevocation(anchors, common, timeout=timeout)
    second = settings.NESIE_NCANODE_URL
    IdentificationWiring.second = NcaNode(second, timeout=timeout) if second else None
    IdentificationWiring.phone = EgovMobile(settings.NESIE_EGOV_MOBILE_LINK)
    IdentificationWiring.timestamps = PkiTimestamps(pki["stamps"], timeout=timeout)
    IdentificationWiring.biometrics = CoidBiometrics(addresses["coid"], **settings.NESIE_COID, timeout=timeout)
    IdentificationWiring.faces = faces
    if settings.NESIE_ATTACK_DETECTOR:
        IdentificationWiring.attack_detector = import_string(settings.NESIE_ATTACK_DETECTOR)()
    IdentificationWiring.registry = GatewayRegistry(addresses["registry"], **settings.NESIE_REGISTRY, timeout=timeout)
