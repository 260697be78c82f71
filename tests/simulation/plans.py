"""What kind of person somebody is: drawn once, by the seed and the person's number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from tests.simulation.dice import Dice


class Flaw(StrEnum):
    """What is wrong with somebody, if anything."""

    NONE = "none"
    MISMATCH = "mismatch"  # the state knows him under another name
    EXPIRED_DOCUMENT = "expired_document"
    WRONG_IIN = "wrong_iin"  # a slip of the finger, mended
    FOREIGN_ACCOUNT = "foreign_account"  # names the account of somebody else
    LISTED = "listed"  # on the list of terrorists, from the first day or later
    NAMESAKE = "namesake"  # has the name of somebody listed: a person must judge
    BARRED = "barred"  # has barred himself from credit, from the first day or later
    ARREARS = "arrears"  # overdue elsewhere
    NO_HISTORY = "no_history"  # nobody has lent to him before: an officer looks
    POOR = "poor"  # the debt burden is too heavy


class Will(StrEnum):
    """How far somebody goes on the way to the money."""

    TAKES = "takes"
    NEVER_CHOOSES = "never_chooses"
    NEVER_SIGNS = "never_signs"
    NEVER_CONSENTS = "never_consents"
    CANCELS = "cancels"  # within the 24 hours


class Paying(StrEnum):
    """How somebody repays."""

    ON_TIME = "on_time"
    LATE = "late"
    PARTLY = "partly"
    TOO_MUCH = "too_much"
    EARLY = "early"  # the whole debt before its time
    NEVER = "never"
    STRANGER = "stranger"  # somebody else pays and names no contract: suspense


class Servicing(StrEnum):
    """What else becomes of somebody's loans."""

    NONE = "none"
    RESTRUCTURED = "restructured"  # other terms, agreed on by signature and face
    UNDECIDED = "undecided"  # other terms are proposed and never answered
    SUSPENDED = "suspended"  # by the police, from a past day on, for three weeks
    MISTAKEN = "mistaken"  # a pause that is taken back
    BOUNCED = "bounced"  # the bank takes a payment back
    CORRECTED = "corrected"  # a payment counts from an earlier day
    SHORTER = "shorter"  # repays a part early, for a shorter term
    SMALLER = "smaller"  # the same, for smaller payments
    INCREASED = "increased"  # more is paid out on top of the loan
    DRAWS = "draws"  # takes a credit line, and draws on it again
    REFINANCED = "refinanced"  # a new loan repays the old one


ADVERTISED_EVERY = 5  # days

_FLAWS = {
    Flaw.NONE: 60, Flaw.MISMATCH: 3, Flaw.EXPIRED_DOCUMENT: 3, Flaw.WRONG_IIN: 5, Flaw.FOREIGN_ACCOUNT: 4,
    Flaw.LISTED: 3, Flaw.NAMESAKE: 3, Flaw.BARRED: 4, Flaw.ARREARS: 3, Flaw.NO_HISTORY: 5, Flaw.POOR: 4,
}  # fmt: skip
_WILLS = {Will.TAKES: 74, Will.NEVER_CHOOSES: 6, Will.NEVER_SIGNS: 6, Will.NEVER_CONSENTS: 6, Will.CANCELS: 8}
_PAYINGS = {
    Paying.ON_TIME: 30, Paying.LATE: 20, Paying.PARTLY: 12, Paying.TOO_MUCH: 10, Paying.EARLY: 12,
    Paying.NEVER: 8, Paying.STRANGER: 8,
}  # fmt: skip
_SERVICINGS = {
    Servicing.NONE: 48, Servicing.RESTRUCTURED: 8, Servicing.UNDECIDED: 3, Servicing.SUSPENDED: 8,
    Servicing.MISTAKEN: 5, Servicing.BOUNCED: 8, Servicing.CORRECTED: 8, Servicing.SHORTER: 6, Servicing.SMALLER: 6,
}  # fmt: skip
# Of those with whom nothing else happens so many take more money; drawn apart, so that the others live as they did.
_MORE_SHARE = 0.4
_MORE = {Servicing.INCREASED: 1, Servicing.DRAWS: 1, Servicing.REFINANCED: 1}


@dataclass(frozen=True, slots=True)
class Wish:
    """One loan somebody would like."""

    product: str
    tenge: int
    term: int
    draft: int  # which of the offers
    will: Will
    sign_after_days: int  # the draft is dated: on another day a new one is needed
    consent_early: bool  # asks a second too soon, and is refused
    consent_after_hours: int  # from the very second the 24 hours are over
    paying: Paying
    late_days: int
    same_day_again: bool  # signs a second loan on the same day


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything decided beforehand about one person."""

    arrives_on: int  # day of the run
    slot: int
    language: str
    flaw: Flaw
    flaw_since: int  # day of the run from which it holds, for those that come later
    whole: bool  # papers are really typeset, the sign-in really made
    registers: bool  # comes through the whole registration; the others are clients from before
    types_badly: bool  # the first code, the first look into the camera go wrong
    wishes: tuple[Wish, ...]
    servicing: Servicing = Servicing.NONE


def plan(index: int, days: int, dice: Dice) -> Plan:
    """The plan of a person in a run of so many days."""
    chance = dice.of("plan", index)
    flaw = _drawn(chance, _FLAWS)
    # More come early, so that most loans live to their end; all on the days of an advertisement.
    arrives_on = int(days * 0.8 * chance.random() ** 1.5) // ADVERTISED_EVERY * ADVERTISED_EVERY
    later = chance.random() < 0.5 and flaw in (Flaw.LISTED, Flaw.BARRED)
    whole, types_badly = index % 10 == 0, chance.random() < 0.1
    found = Plan(
        arrives_on=arrives_on,
        slot=chance.randrange(2),
        language=chance.choice(("kk", "ru")),
        flaw=flaw,
        flaw_since=arrives_on + chance.randrange(0, 4) if later else 0,
        whole=whole,
        registers=whole or types_badly or flaw in (Flaw.MISMATCH, Flaw.EXPIRED_DOCUMENT, Flaw.WRONG_IIN),
        types_badly=types_badly,
        wishes=tuple(_wish(chance) for _ in range(chance.choices((1, 2, 3), (80, 16, 4))[0])),
        servicing=_drawn(dice.of("servicing", index), _SERVICINGS),
    )
    return _with_more(found, dice.of("more money", index)) if found.servicing is Servicing.NONE else found


def _with_more(plan: Plan, chance: Random) -> Plan:
    """Now and then the same person takes more money: of a loan in instalments or a line, meant to be had and repaid."""
    if chance.random() > _MORE_SHARE:
        return plan
    kind = _drawn(chance, _MORE)
    product = "line" if kind is Servicing.DRAWS else "instalment"
    wishes = (
        replace(
            wish,
            product=product,
            term=6,
            tenge=max(wish.tenge, 100_000),
            will=Will.TAKES,
            paying=Paying.ON_TIME if wish.paying in (Paying.NEVER, Paying.EARLY) else wish.paying,
        )
        for wish in plan.wishes
    )
    return replace(plan, servicing=kind, wishes=tuple(wishes))


def _wish(chance: Random) -> Wish:
    short = chance.random() < 0.35
    return Wish(
        product="short" if short else "instalment",
        tenge=chance.randrange(10, 151) * 1000 if short else chance.randrange(10, 121) * 5000,
        term=chance.randrange(5, 31) if short else chance.choice((3, 3, 6, 6, 9, 12)),
        draft=chance.randrange(3),
        will=_drawn(chance, _WILLS),
        sign_after_days=chance.choices((0, 1, 3), (80, 15, 5))[0],
        consent_early=chance.random() < 0.3,
        consent_after_hours=chance.choices((0, 1, 20, 70), (40, 30, 20, 10))[0],
        paying=_drawn(chance, _PAYINGS),
        late_days=chance.choice((1, 3, 10, 45, 100)),
        same_day_again=chance.random() < 0.06,
    )


def _drawn(chance: Random, weights: dict) -> object:
    return chance.choices(list(weights), list(weights.values()))[0]
