"""Choose the accounts that a product's loans post to."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.ledger import queries, rules
from nesie.foundation.ledger.models import Account, AccountSet
from nesie.foundation.ledger.rules import Chart
from nesie.foundation.norms.rules import business_day
from nesie.kernel.actor import Actor


@use_case
def choose_accounts(
    actor: Actor,
    now: datetime,
    *,
    product_code: str,
    valid_from: date,
    principal_receivable: str,
    interest_receivable: str,
    penalty_receivable: str,
    interest_income: str,
    penalty_income: str,
) -> int:
    """Set the accounts of loans of a product, for contracts dated `valid_from` or later (four eyes); the set's number.

    An account that is not there yet is opened beside the standard one it stands for. Contracts made before keep
    theirs. Raises AccountCodeUnfit, AccountTaken, AccountsTooEarly, AccountsChosen.
    """
    codes = {
        Chart.PRINCIPAL_RECEIVABLE: principal_receivable,
        Chart.INTEREST_RECEIVABLE: interest_receivable,
        Chart.PENALTY_RECEIVABLE: penalty_receivable,
        Chart.INTEREST_INCOME: interest_income,
        Chart.PENALTY_INCOME: penalty_income,
    }
    roles = {account.code: account.chart for account in queries.accounts()}
    rules.check_choice(codes, roles, valid_from=valid_from, today=business_day(now))
    if AccountSet.objects.filter(product_code=product_code, valid_from=valid_from).exists():
        raise rules.AccountsChosen(field="valid_from")
    Account.objects.bulk_create(
        [_beside(chart, code) for chart, code in codes.items() if code not in roles], ignore_conflicts=True
    )
    made = AccountSet.objects.create(
        product_code=product_code,
        valid_from=valid_from,
        decided_at=now,
        **{f"{chart.name.lower()}_id": code for chart, code in codes.items()},
    )
    return made.id


def _beside(chart: Chart, code: str) -> Account:
    standard = rules.BY_CHART[chart]
    return Account(
        code=code,
        role=standard.code,
        name=standard.name,
        kind=standard.kind.value,
        side=standard.kind.side.value,
        by_sub=standard.sub is not rules.Sub.NOTHING,
        may_overdraw=standard.may_overdraw,
        certainty=rules.Certainty.VERIFIED.value,  # two persons of the lender chose it
        source="",
    )
