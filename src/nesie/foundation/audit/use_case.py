"""`@use_case`: permission, four eyes, one durable transaction, and the record of what was done or refused.

Clauses 27 (access as duties need) and 32 (audit trail).
"""

from __future__ import annotations

import functools
import inspect
import json
import sys
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ParamSpec, TypeVar, cast
from uuid import UUID

from django.db import connection, transaction

from nesie.foundation.audit.gateways import wired
from nesie.foundation.audit.models import AuditRecord, AuditSubject
from nesie.foundation.audit.rules import ApprovalNeeded, NotPermitted, Outcome, arguments_digest, summary
from nesie.kernel.actor import Actor
from nesie.kernel.ids import new_id
from nesie.kernel.refused import Refused

P = ParamSpec("P")
R = TypeVar("R")


class NetworkInsideUseCase(RuntimeError):
    """A use case tried to talk to the network while its transaction was open: intend, send, record instead."""


@dataclass(slots=True, eq=False)
class _Note:
    """A word for the record of a running act, which stands as long as the savepoint in which it was said."""

    name: str
    value: str

    def stands(self) -> None:
        """Left with Django to be called after the commit: what a savepoint's end takes back, Django strikes off."""


@dataclass(slots=True)
class _Case:
    """One running act."""

    id: UUID
    act: str
    actor: Actor
    now: datetime
    arguments: dict[str, Any]
    cause_id: UUID | None
    approval_id: UUID | None = None
    noted: list[_Note] = field(default_factory=list)


# Record and subjects in one statement, told once: every act of the house pays for this line.
_COLUMNS = (
    "business_at", "act", "outcome", "reason", "actor_id", "roles", "channel", "session", "case_id", "cause_id",
    "approval_id", "arguments", "result", "release",
)  # fmt: skip
_WRITE = f"""\
WITH record AS (
  INSERT INTO {AuditRecord._meta.db_table} ({", ".join(_COLUMNS)})
  VALUES ({", ".join(f"%({name})s" for name in _COLUMNS)}) RETURNING id
)
INSERT INTO {AuditSubject._meta.db_table} (record_id, subject_id)
SELECT record.id, subject FROM record, unnest(%(subjects)s::uuid[]) AS subject ORDER BY subject
"""  # noqa: S608 - names of our own tables and columns


_running: ContextVar[_Case | None] = ContextVar("nesie_running_case", default=None)
USE_CASES: dict[str, Callable[..., Any]] = {}


def _refuse_network(event: str, _args: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo"):
        case = _running.get()
        if case is not None:
            raise NetworkInsideUseCase(f"{case.act} tried to use the network inside its transaction ({event})")


# An audit hook sees every Python socket, whichever library opens it; the database driver is C and does not pass here.
sys.addaudithook(_refuse_network)


def use_case(function: Callable[P, R]) -> Callable[P, R]:
    """Make `function(actor, now, *, ...)` a use case that bears its own name as permission and audit act.

    Outermost: checks the permission, spends the four-eyes approval if one is demanded, opens the only transaction and
    writes the record in it. Inside another: joins it, and its record names the other as its cause; the permission is
    the other's matter, the second pair of eyes is demanded all the same. A `Refused` rolls everything back and is then
    recorded; any other exception leaves nothing. Raises NotPermitted, ApprovalNeeded.
    """
    act = function.__name__
    known = USE_CASES.get(act)
    if known is not None and (known.__module__ != function.__module__):
        raise TypeError(f"two use cases are called {act}: {known.__module__} and {function.__module__}")
    _check_signature(function)

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        actor, now = cast("tuple[Actor, datetime]", args)
        if now.tzinfo is None:
            raise ValueError(f"{act}: now must be an aware moment")
        outer = _running.get()
        case = _Case(new_id(), act, actor, now, dict(kwargs), outer.id if outer else None)
        body = functools.partial(function, *args, **kwargs)
        return _join(case, body) if outer else _open(case, body)

    USE_CASES[act] = run
    return run


def note(name: str, value: str) -> None:
    """Have the running act's record also say `value` under `name`; nothing outside an act.

    For ids and hashes of what a room keeps on an act's behalf, so that the trail can vouch for it later. Never
    personal data. What a savepoint or a refusal undid is not noted.
    """
    case = _running.get()
    if case is not None:
        said = _Note(name, value)
        case.noted.append(said)
        transaction.on_commit(said.stands)


def _check_signature(function: Callable[..., Any]) -> None:
    names = list(inspect.signature(function).parameters.values())
    if [p.name for p in names[:2]] != ["actor", "now"] or any(p.kind is not p.KEYWORD_ONLY for p in names[2:]):
        raise TypeError(f"{function.__name__}: a use case is called (actor, now, *, ...)")


def _open(case: _Case, body: Callable[[], R]) -> R:
    try:
        # durable: a use case is never a part of a transaction it did not open.
        with transaction.atomic(durable=True):
            _let_in(case)
            token = _running.set(case)
            try:
                result = body()
            finally:
                _running.reset(token)
            _record(case, Outcome.DONE, result=result)
            return result
    except Refused as refused:
        with transaction.atomic(durable=True):
            _record(case, Outcome.REFUSED, reason=refused.code)
        raise


def _join(case: _Case, body: Callable[[], R]) -> R:
    _spend_approval(case)
    token = _running.set(case)
    try:
        result = body()
    finally:
        _running.reset(token)
    _record(case, Outcome.DONE, result=result)
    return result


def _let_in(case: _Case) -> None:
    if not wired().gatekeeper.permits(case.actor, case.act):
        raise NotPermitted
    _spend_approval(case)


def _spend_approval(case: _Case) -> None:
    gatekeeper = wired().gatekeeper
    if gatekeeper.needs_approval(case.act):
        digest = arguments_digest(case.act, case.arguments)
        case.approval_id = gatekeeper.use_approval(case.actor, case.act, digest, case.now)
        if case.approval_id is None:
            raise ApprovalNeeded


def _record(case: _Case, outcome: Outcome, *, reason: str = "", result: Any = None) -> None:
    subjects = _ids_in(case.arguments) | _ids_in(result) | ({case.actor.id} if case.actor.id else set())
    values = {
        "business_at": case.now,
        "act": case.act,
        "outcome": outcome.value,
        "reason": reason,
        "actor_id": case.actor.id,
        "roles": ",".join(sorted(case.actor.roles)),
        "channel": case.actor.channel.value,
        "session": case.actor.session,
        "case_id": case.id,
        "cause_id": case.cause_id,
        "approval_id": case.approval_id,
        "arguments": json.dumps({name: summary(value) for name, value in case.arguments.items()} | _noted(case)),
        "result": None if result is None else json.dumps(summary(result)),
        "release": wired().release,
        "subjects": sorted(subjects),
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)


def _noted(case: _Case) -> dict[str, dict[str, list[str]]]:
    if not case.noted:
        return {}
    standing = {id(getattr(waiting, "__self__", None)) for _, waiting, *_ in connection.run_on_commit}
    noted: dict[str, list[str]] = {}
    for said in case.noted:
        if id(said) in standing:
            noted.setdefault(said.name, []).append(said.value)
    return {"noted": noted} if noted else {}


def _ids_in(value: Any) -> set[UUID]:
    if isinstance(value, UUID):
        return {value}
    if isinstance(value, dict):
        return {found for part in value.values() for found in _ids_in(part)}
    if hasattr(value, "__dataclass_fields__"):
        return {found for name in value.__dataclass_fields__ for found in _ids_in(getattr(value, name))}
    if isinstance(value, tuple | list | set | frozenset):
        return {found for part in value for found in _ids_in(part)}
    return set()
