"""Who acts: a person or a part of the system, through which channel, in which roles."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What an actor may be. Staff roles are those of the lender's personnel (clause 27)."""

    GUEST = "guest"  # nobody has signed in yet
    CLIENT = "client"
    OPERATOR = "operator"
    CREDIT_OFFICER = "credit_officer"
    CASHIER = "cashier"
    RISK_OFFICER = "risk_officer"
    COMPLIANCE_OFFICER = "compliance_officer"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    WORKER = "worker"  # the system's own jobs
    RAIL = "rail"  # an outside system that has proven itself to a webhook


STAFF_ROLES = frozenset(
    {
        Role.OPERATOR,
        Role.CREDIT_OFFICER,
        Role.CASHIER,
        Role.RISK_OFFICER,
        Role.COMPLIANCE_OFFICER,
        Role.ADMINISTRATOR,
        Role.AUDITOR,
    }
)
# Staff whose duties need clients' personal and lending data; those who run the machines and the accounts need none.
CASE_ROLES = STAFF_ROLES - {Role.ADMINISTRATOR}


class Channel(StrEnum):
    """Where the act came in."""

    WEB = "web"
    MOBILE = "mobile"
    TERMINAL = "terminal"
    API = "api"
    JOB = "job"
    CLI = "cli"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from, as far as a server can tell: for limits, bindings and notices, never for the trail."""

    source: str = ""  # network address
    program: str = ""  # what the program says it is (User-Agent)
    device: str = ""  # the mark this browser brought, or the thumbprint of the phone's key


NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `id` is the client's, staff member's or registration's id; None for a guest or a job."""

    id: UUID | None
    roles: frozenset[Role]
    channel: Channel
    session: str = field(default="", repr=False)  # opaque reference, never the cookie itself
    origin: Origin = field(default=NOWHERE, repr=False, compare=False)

    @property
    def is_staff(self) -> bool:
        """True when any role is a staff role."""
        return bool(self.roles & STAFF_ROLES)

    @property
    def reads_clients(self) -> bool:
        """True for staff whose duties need clients' data, and for the system's own jobs (clause 27)."""
        return bool(self.roles & CASE_ROLES) or Role.WORKER in self.roles

    def has(self, *roles: Role) -> bool:
        """True when the actor bears at least one of the roles."""
        return bool(self.roles.intersection(roles))


def guest(channel: Channel = Channel.WEB, session: str = "") -> Actor:
    """Somebody who has not signed in."""
    return Actor(None, frozenset({Role.GUEST}), channel, session)


def client(client_id: UUID, channel: Channel = Channel.WEB, session: str = "") -> Actor:
    """A signed-in client."""
    return Actor(client_id, frozenset({Role.CLIENT}), channel, session)


def worker(channel: Channel = Channel.JOB) -> Actor:
    """The system's own job."""
    return Actor(None, frozenset({Role.WORKER}), channel)
