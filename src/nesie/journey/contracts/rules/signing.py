"""What must be true before a contract is drawn up and signed (Rules, paragraphs 8.1-1 and 9; Resolution 232)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from nesie.foundation.documents.rules import Language
from nesie.foundation.norms.rules import business_day
from nesie.journey.contracts.rules.cooling_off import ExemptionKind
from nesie.journey.creditworthiness.rules import awaits_answers
from nesie.kernel.decision import Decision, Outcome
from nesie.kernel.refused import Refused, noop

_METHOD_OF = {ExemptionKind.SELLER: "merchant", ExemptionKind.OWN_REFINANCING: "refinancing"}


class ConsentKind(StrEnum):
    """Two consents the law asks for; they are never one document."""

    CONCLUDE = "conclude"  # to conclude the contract: before it
    RECEIVE = "receive"  # to receive the money: after the 24 hours


class ConsentMeans(StrEnum):
    """How a consent was confirmed."""

    CODE = "code"  # a one-time code sent to the client's phone
    EDS = "eds"  # the client's electronic digital signature


class NothingChosen(Refused):
    """A contract is drawn up only from an offer the client has chosen."""

    message = noop("Choose one of the offers first.")


class DraftOutOfDate(Refused):
    """The text bears another date than today: a contract's date is the day it is signed."""

    message = noop("This draft bears the date {dated_on}. Ask for a new draft and read it again.")


class NotTheDraftShown(Refused):
    """The hash that was signed is not the hash of the text now to be signed (Rules, paragraph 9)."""

    message = noop("The document you signed is not the current text of the contract. Open it again.")


class ConsentNotGiven(Refused):
    """The consent to conclude the contract comes before it (Law, article 3, paragraph 3-3)."""

    message = noop("Give your consent to conclude the contract first.")


class NotYetConsentable(Refused):
    """There is no document of this consent to confirm."""

    message = noop("Open the text of the consent first.")


class SignOutcome(StrEnum):
    """What became of a try to sign. The reasons stay with the checks: on AML grounds a person may not be told more."""

    SIGNED = "signed"
    CHECKS_UNDER_WAY = "checks_under_way"  # the answers asked for when the text was made are not all here
    NOT_ALLOWED_NOW = "not_allowed_now"  # a check made again declines, or does not know


class ExemptionUnfit(Refused):
    """The exemption does not fit the way the money goes."""

    message = noop("This exemption does not fit how the money is paid out.")


def sign_outcome(*, register: Outcome, law: Decision, screened: Outcome) -> SignOutcome:
    """What the checks made again allow: the register of voluntary refusals of now, the grounds of the Law over the
    bureau report of now, and the lists. Silence never lets sign.

    What a person of the lender is asked to look at was looked at when the application was approved.
    """
    if Outcome.DECLINE in (register, law.outcome) or screened in (Outcome.HOLD, Outcome.DECLINE):
        return SignOutcome.NOT_ALLOWED_NOW
    if register is Outcome.HOLD or awaits_answers(law):
        return SignOutcome.CHECKS_UNDER_WAY
    return SignOutcome.NOT_ALLOWED_NOW if law.outcome is Outcome.HOLD else SignOutcome.SIGNED


def check_exemption(kind: ExemptionKind, disbursement_method: str) -> None:
    """Raises ExemptionUnfit: money to the client's own account pays no seller and no loan here (Rules, 9-1)."""
    if disbursement_method != _METHOD_OF[kind]:
        raise ExemptionUnfit(field="kind")


def paper_language(language: str) -> Language:
    """The language in which papers bind: Kazakh or Russian; readers of English get the Russian."""
    return "kk" if language.startswith("kk") else "ru"


def check_draft_may_be_signed(
    *, dated_on: date, draft_sha256: str, shown_sha256: str, consented_at: datetime | None, now: datetime
) -> None:
    """Raises DraftOutOfDate, NotTheDraftShown or ConsentNotGiven unless the draft may be signed now."""
    if dated_on != business_day(now):
        raise DraftOutOfDate(dated_on=dated_on.isoformat())
    if not draft_sha256 or shown_sha256.lower() != draft_sha256:
        raise NotTheDraftShown(field="document_sha256")
    if consented_at is None or consented_at > now:
        raise ConsentNotGiven()
