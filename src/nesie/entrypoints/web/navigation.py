"""Where one can go from here, by who one is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from nesie.entrypoints.web.gates import BOOKKEEPERS, CHECKERS, KEEPERS
from nesie.foundation.access.queries import OVERSEERS
from nesie.foundation.identification.rules import PERMITTED
from nesie.kernel.actor import CASE_ROLES, Actor, Role


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of a menu."""

    title: str
    address: str
    icon: str
    here: bool


Entry = tuple[str, str, str] | tuple[str, str, str, Collection[Role]]

CLIENT: tuple[Entry, ...] = (
    (gettext_noop("Home"), "client:home", "home"),
    (gettext_noop("Loans"), "client:loans", "wallet"),
    (gettext_noop("Documents"), "client:documents", "files"),
    (gettext_noop("Letters"), "client:letters", "mail"),
    (gettext_noop("Profile"), "client:profile", "user"),
)
STAFF: tuple[Entry, ...] = (
    (gettext_noop("Work queue"), "staff:queue", "list-check"),
    (gettext_noop("Clients"), "staff:clients", "users", CASE_ROLES),
    (gettext_noop("Deadlines"), "staff:duties", "hourglass", CASE_ROLES),
    (gettext_noop("Arrears"), "staff:settlements", "alert-circle", CASE_ROLES),
    (gettext_noop("Changes"), "staff:changes", "file-certificate", CASE_ROLES),
    (gettext_noop("Letters"), "staff:letters", "mail", CASE_ROLES),
    (gettext_noop("Messages"), "staff:messages", "send"),
    (gettext_noop("Receipts"), "staff:receipts", "receipt", CASE_ROLES),
    (gettext_noop("Day close"), "staff:days", "calendar"),
    (gettext_noop("Ledger"), "staff:ledger", "scale", BOOKKEEPERS),
    (gettext_noop("Portfolio"), "staff:portfolio", "chart-bar", CASE_ROLES | frozenset(BOOKKEEPERS)),
    (gettext_noop("Products"), "staff:products", "credit-card"),
    (gettext_noop("Parameters"), "staff:parameters", "adjustments"),
    (gettext_noop("Approvals"), "staff:approvals", "checks"),
    (gettext_noop("Audit trail"), "staff:audit", "history", CHECKERS),
    (gettext_noop("Published texts"), "staff:texts", "book"),
    (gettext_noop("Staff"), "staff:people", "user-shield", KEEPERS),
    (gettext_noop("Emergency access"), "staff:emergency", "lifebuoy", OVERSEERS),
    (gettext_noop("Devices"), "staff:devices", "device-mobile", PERMITTED["withdraw_lender_device"]),
)
GUEST: tuple[Entry, ...] = (
    (gettext_noop("Calculator"), "site:calculator", "calculator"),
    (gettext_noop("About the lender"), "site:lender", "building"),
)


def of(actor: Actor | None, path: str) -> list[Place]:
    """The menu of this actor, the present place marked."""
    if actor is not None and actor.is_staff:
        entries = STAFF
    elif actor is not None and actor.has(Role.CLIENT):
        entries = CLIENT
    else:
        entries = GUEST
    places: list[Place] = []
    for title, name, icon, *roles in entries:
        if roles and (actor is None or not actor.has(*roles[0])):
            continue
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        roots = (reverse("client:home"), reverse("staff:queue"))
        here = path == address or (address not in roots and path.startswith(f"{address}/"))
        places.append(Place(_(title), address, icon, here))
    return places
