"""By what means identity had to be proven, by the edition of the Rules of the day (points 6, 9 and 35).

The edition of 2023 asked for one or two of three ways: the EDS of the national certification authority, biometrics
through the identification centre, or two factors of different kinds. Since 2025 it is biometrics and EDS. Point 35 was
rewritten in the autumn of 2024 and points 6 and 9 on 01.01.2025: for the months between, the ways of 2023 hold (our
decision, docs/decisions/0082-methods-by-edition.md). The caller picks it by `norms.queries.edition(on, point)`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum

from nesie.foundation.norms.rules import Edition


class Method(StrEnum):
    """One means that was used."""

    EDS_NATIONAL = "eds_national"  # of the national certification authority
    EDS_ACCREDITED = "eds_accredited"  # of another authority accredited in Kazakhstan
    COID = "coid"
    OWN_DEVICES = "own_devices"
    KNOWLEDGE = "knowledge"  # a password
    POSSESSION = "possession"  # a one-time code, a token
    INHERENCE = "inherence"  # a feature of the body, checked by a device


class Act(StrEnum):
    """What was done; the value is the point of the Rules that tells its means."""

    REGISTRATION = "registration"
    DETAILS = "details"
    CONTRACT = "contract"
    MERCHANT = "merchant"


POINT = {Act.REGISTRATION: "6", Act.DETAILS: "6", Act.CONTRACT: "9", Act.MERCHANT: "9"}
_FACTORS = frozenset({Method.KNOWLEDGE, Method.POSSESSION, Method.INHERENCE})
_FACES = frozenset({Method.COID, Method.OWN_DEVICES})
_KEYS = frozenset({Method.EDS_NATIONAL, Method.EDS_ACCREDITED})


def sufficient(act: Act, used: frozenset[Method], edition: Edition, *, entrepreneur: bool = False) -> bool:
    """Whether these means were enough for the act under the edition of its point.

    `entrepreneur`: a sole proprietor registering, or taking a business microcredit: no EDS is asked since 2025.
    """
    return _judge_of(edition.since)(act, used, entrepreneur)


def _two_of_three(act: Act, used: frozenset[Method], entrepreneur: bool) -> bool:
    ways = (Method.EDS_NATIONAL in used) + (Method.COID in used) + (len(used & _FACTORS) > 1)
    if act is Act.REGISTRATION:
        return ways > 1 and Method.COID in used
    return ways > (0 if act is Act.DETAILS else 1)


def _face_and_key(act: Act, used: frozenset[Method], entrepreneur: bool) -> bool:
    face, key = bool(used & _FACES), bool(used & _KEYS)
    if act is Act.MERCHANT or (entrepreneur and act is not Act.DETAILS):
        return face
    return face and key


_JUDGES: tuple[tuple[date, Callable[[Act, frozenset[Method], bool], bool]], ...] = (
    (date(2025, 1, 1), _face_and_key),  # Resolution No. 77 of 27.09.2024
    (date(2023, 11, 12), _two_of_three),  # Resolution No. 81 of 30.10.2023
)


def _judge_of(since: date) -> Callable[[Act, frozenset[Method], bool], bool]:
    return next(judge for first, judge in _JUDGES if since >= first)
