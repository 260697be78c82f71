"""What must hold at the end of every day: each checker is a function of the day, with a name, that finds nothing."""

from tests.simulation.checkers.books import (
    bank_and_books_agree,
    clearing_accounts_explained,
    holds_never_leak,
    loans_equal_ledger,
    receipts_used_once,
    trial_balance_is_zero,
)
from tests.simulation.checkers.conduct import (
    cost_is_within_the_caps,
    every_day_ever_is_accrued_once,
    every_day_is_accrued_once,
    money_waits_for_the_hours_and_the_consent,
    nobody_barred_is_paid,
    nothing_accrues_where_nothing_may,
    paid_once_and_to_the_client,
)
from tests.simulation.checkers.day import Checker, Day
from tests.simulation.checkers.trail import (
    answers_are_acted_on,
    every_transition_is_audited,
    loans_replay_by_the_pure_rules,
    seals_hold,
    sequences_have_no_gaps,
)

DAILY: tuple[Checker, ...] = (
    trial_balance_is_zero,
    loans_equal_ledger,
    clearing_accounts_explained,
    bank_and_books_agree,
    holds_never_leak,
    receipts_used_once,
    money_waits_for_the_hours_and_the_consent,
    paid_once_and_to_the_client,
    nobody_barred_is_paid,
    cost_is_within_the_caps,
    nothing_accrues_where_nothing_may,
    every_day_is_accrued_once,
    every_transition_is_audited,
    sequences_have_no_gaps,
    answers_are_acted_on,
)
AT_THE_END: tuple[Checker, ...] = (seals_hold, loans_replay_by_the_pure_rules, every_day_ever_is_accrued_once)


def findings(checkers: tuple[Checker, ...], day: Day) -> list[str]:
    """What the checkers found, each finding under its checker's name."""
    return [f"{checker.__name__}: {finding}" for checker in checkers for finding in checker(day)]


__all__ = ["AT_THE_END", "DAILY", "Checker", "Day", "findings"]
