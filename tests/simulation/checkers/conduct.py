"""What the Law and the Rules want of the lender, told by hand here: no rule of the house is asked."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from uuid import UUID

from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms.rules import Schedule
from nesie.journey.clients.models import ClientAccount, ClientIin
from nesie.journey.payments.gateways import PaymentState
from tests.simulation.checkers.day import Day, rows, told

_HOURS = timedelta(hours=24)
_MRP_TENGE = {2025: 3932, 2026: 4325}  # and 4325 after, as the simulation's office sets it
_GESV_MOST = {"instalment": 0.46, "short": 1.79, "line": 0.46}
_PENALTY_A_YEAR, _PENALTY_A_DAY, _STOP_DAYS = "0.10", "0.005", 90
_REGISTER_SERVES, _LIST_SERVES = timedelta(hours=1), timedelta(hours=24)

_ORDERS = """
SELECT order_.id, order_.client_id, order_.contract_id, order_.account_id, order_.requested_at, order_.change_id FROM
payments_disbursement AS order_ WHERE order_.requested_at > %s
"""
# Money on top of a loan: what is owed with it, when it was signed, and each consent to it as it was shown and given.
_ON_TOP = """
SELECT change.payout_tiyn + (change.proposal->'standing'->>'principal_tiyn')::bigint, signature.signed_at,
       ARRAY(SELECT consent.drafted_at FROM contracts_consent AS consent
             JOIN contracts_consentgiven AS given ON given.consent_id = consent.id
             WHERE consent.change_id = change.id AND given.given_at <= %s)
FROM contracts_contractchange AS change JOIN contracts_changesignature AS signature ON signature.change_id = change.id
WHERE change.id = %s
"""
_SHOWN_EARLY = """
SELECT contract.number, consent.drafted_at - signature.signed_at FROM contracts_consent AS consent
JOIN contracts_contract AS contract ON contract.id = consent.contract_id
JOIN contracts_contractsignature AS signature ON signature.contract_id = contract.id
WHERE consent.kind = 'receive' AND consent.drafted_at > %s AND contract.principal_tiyn > 75 * 4325 * 100
  AND consent.drafted_at < signature.signed_at + interval '24 hours'
"""
_CONCLUDED = """
SELECT contract.id, contract.principal_tiyn, signature.signed_at,
       (SELECT min(at) FROM contracts_contracttransition AS move
        WHERE move.contract_id = contract.id AND move.status = 'cancelled'),
       (SELECT min(at) FROM contracts_contracttransition AS move
        WHERE move.contract_id = contract.id AND move.status = 'disbursed'),
       ARRAY(SELECT given.given_at FROM contracts_consentgiven AS given
             JOIN contracts_consent AS consent ON consent.id = given.consent_id
             WHERE consent.contract_id = contract.id AND consent.kind = 'receive')
FROM contracts_contract AS contract JOIN contracts_contractsignature AS signature ON signature.contract_id = contract.id
WHERE contract.client_id = %s
"""


def money_waits_for_the_hours_and_the_consent(day: Day) -> list[str]:
    """No order before the 24 hours are full, nor without a consent given after them, nor its text before (9-1)."""
    found = told("text of the consent shown too early", rows(_SHOWN_EARLY, day.since))
    for _, client_id, contract_id, _, asked_at, change_id in rows(_ORDERS, day.since):
        if change_id is not None:
            found += _on_top(change_id, asked_at)
            continue
        concluded = rows(_CONCLUDED, client_id)
        (_, principal, signed_at, _, _, consents) = next(row for row in concluded if row[0] == contract_id)
        if not _must_wait(contract_id, concluded, asked_at):
            continue
        over_at = signed_at + _HOURS
        if asked_at < over_at:
            found.append(f"{principal} tiyn ordered {over_at - asked_at} before the 24 hours were over")
        elif not any(over_at <= given_at <= asked_at for given_at in consents):
            found.append(f"{principal} tiyn ordered without a consent after the 24 hours")
    return found


def _on_top(change_id: UUID, asked_at: datetime) -> list[str]:
    """The same for an increase or a draw: its hours begin with its own signature, and all that is owed counts."""
    ((owed, signed_at, shown),) = rows(_ON_TOP, asked_at, change_id)
    if owed <= 75 * _MRP_TENGE.get(business_day(signed_at).year, 4325) * 100:
        return []
    over_at = signed_at + _HOURS
    if asked_at < over_at:
        return [f"change {change_id} ordered {over_at - asked_at} before its 24 hours were over"]
    return [] if any(over_at <= at for at in shown) else [f"change {change_id} ordered without a consent after them"]


def _must_wait(contract_id: UUID, concluded: list[tuple], asked_at: datetime) -> bool:
    """Above 75 MRP by itself, or together with what the client took or was paid on the same day of Almaty."""
    mine = next(row for row in concluded if row[0] == contract_id)
    signed_on = business_day(mine[2])
    most = 75 * _MRP_TENGE.get(signed_on.year, 4325) * 100
    together = sum(
        principal
        for other, principal, signed_at, cancelled_at, paid_at, _ in concluded
        if signed_at <= asked_at
        and (cancelled_at is None or cancelled_at > asked_at)
        and (
            other == contract_id
            or business_day(signed_at) == signed_on
            or (paid_at is not None and paid_at <= asked_at and business_day(paid_at) == business_day(asked_at))
        )
    )
    return together > most


def paid_once_and_to_the_client(day: Day) -> list[str]:
    """By the bank's own word: one payout for a contract and one for each sum on top, to the client's account (9)."""
    bank, found = day.world.bank, []
    for order_id, client_id, _, account_id, *_ in rows(_ORDERS, day.since):
        answer = bank.status(str(order_id))
        if answer is None or answer.state is not PaymentState.PAID:
            continue
        holder = bank.accounts[ClientAccount.objects.get(id=account_id).iban].iin
        if holder != ClientIin.objects.get(client_id=client_id).iin:
            found.append(f"order {order_id} went to the account of somebody else")
    executed = [
        f"{contract_id} {change_id}"
        for order_id, contract_id, change_id in rows("SELECT id, contract_id, change_id FROM payments_disbursement")
        if (answer := bank.status(str(order_id))) is not None and answer.state is PaymentState.PAID
    ]
    twice = {paid for paid in executed if executed.count(paid) > 1}
    return found + [f"contract {paid} was paid out twice" for paid in twice]


def nobody_barred_is_paid(day: Day) -> list[str]:
    """No order for who stood on the list, or had barred himself, when the house must have known it (Rules, 10)."""
    found = []
    for order_id, client_id, _, _, asked_at, _ in rows(_ORDERS, day.since):
        iin = ClientIin.objects.get(client_id=client_id).iin
        listed_at, barred_at = day.world.listed_at.get(iin), day.world.barred_at.get(iin)
        if listed_at is not None and asked_at - listed_at > _LIST_SERVES:
            found.append(f"order {order_id} for somebody listed since {listed_at}")
        if barred_at is not None and asked_at - barred_at > _REGISTER_SERVES:
            found.append(f"order {order_id} for somebody who barred himself at {barred_at}")
    return found


def cost_is_within_the_caps(day: Day) -> list[str]:
    """The annual effective rate of every contract written and loan opened is under the cap; so are its penalties."""
    contracts = rows(
        """
        SELECT contract.number, product.code, text.schedule FROM contracts_contracttext AS text
        JOIN contracts_contract AS contract ON contract.id = text.contract_id
        JOIN applications_application AS asked ON asked.id = contract.application_id
        JOIN terms_productversion AS version ON version.id = asked.product_version_id
        JOIN terms_product AS product ON product.id = version.product_id WHERE text.drafted_at > %s
        UNION ALL
        SELECT loan.number, product.code, plan.schedule FROM loans_scheduleversion AS plan
        JOIN loans_loan AS loan ON loan.id = plan.loan_id
        JOIN contracts_contract AS contract ON contract.id = loan.contract_id
        JOIN applications_application AS asked ON asked.id = contract.application_id
        JOIN terms_productversion AS version ON version.id = asked.product_version_id
        JOIN terms_product AS product ON product.id = version.product_id WHERE loan.opened_at > %s
        """,
        day.since,
        day.since,
    )
    found = []
    for number, code, schedule in contracts:
        rate = effective_rate(Schedule.from_json(json.loads(schedule)))
        if rate > _GESV_MOST[code] + 1e-9:
            found.append(f"{number}: effective rate {rate:.6f} above {_GESV_MOST[code]}")
    return found


def effective_rate(plan: Schedule) -> float:
    """The annual effective rate of a schedule, found by halving: all payments at this rate are worth the principal."""
    flows = [((row.due_on - plan.disbursed_on).days / 365, row.payment.tiyn) for row in plan.rows]
    principal = sum(row.principal.tiyn for row in plan.rows)
    low, high = 0.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        worth = sum(tiyn / (1 + middle) ** years for years, tiyn in flows)
        low, high = (middle, high) if worth > principal else (low, middle)
    return high


# What a day came to: as it was closed, and what hearing late of an event changed of it.
_ACCRUED = """
SELECT loan_id, day, sum(principal_tiyn) AS principal_tiyn, sum(interest_tiyn) AS interest_tiyn,
       sum(overdue_tiyn) AS overdue_tiyn, sum(penalty_tiyn) AS penalty_tiyn, sum(days_past_due) AS days_past_due,
       count(*) AS heard
FROM (
  SELECT state.loan_id, accrual.day, accrual.principal_tiyn, accrual.interest_tiyn, accrual.overdue_tiyn,
         accrual.penalty_tiyn, accrual.days_past_due
  FROM loans_accrual AS accrual JOIN loans_loanstate AS state ON state.serial = accrual.serial
  UNION ALL
  SELECT loan_id, day, principal_tiyn, interest_tiyn, overdue_tiyn, penalty_tiyn, days_past_due
  FROM loans_accrualcorrection
) AS part GROUP BY loan_id, day
"""


def nothing_accrues_where_nothing_may(day: Day) -> list[str]:
    """Not after a loan's end, nor before its first day, nor past 90 days of delay, nor above the Law's penalty."""
    wrong = rows(
        f"""
        SELECT loan.number, accrual.day, accrual.interest_tiyn, accrual.penalty_tiyn, accrual.days_past_due
        FROM ({_ACCRUED}) AS accrual JOIN loans_loanstate AS state ON state.loan_id = accrual.loan_id
        JOIN loans_loan AS loan ON loan.id = state.loan_id
        WHERE accrual.day >= %s AND (
          -- A day after the end stands only if the end was heard of later, and then it comes to nothing.
          (accrual.day > state.closed_on
           AND (accrual.interest_tiyn <> 0 OR accrual.penalty_tiyn <> 0 OR accrual.heard = 1))
          OR accrual.day <= loan.opened_on
          OR (accrual.days_past_due > {_STOP_DAYS} AND (accrual.interest_tiyn > 0 OR accrual.penalty_tiyn > 0))
          OR accrual.penalty_tiyn > accrual.overdue_tiyn * {_PENALTY_A_DAY} + 1
          OR accrual.interest_tiyn > accrual.principal_tiyn * 1.022 / 365 + 1
        )
        """,
        day.today - timedelta(days=3),
    )
    return told("accrued where nothing may", wrong) + _paused(day) + _over(day)


# From the first day of a pause to the day before it ends; pauses taken back never were.
_PAUSES = """
SELECT began.loan_id, began.on AS first_on, coalesce(min(ended.on), 'infinity') AS ended_on
FROM loans_loanevent AS began
LEFT JOIN loans_loanevent AS ended ON ended.loan_id = began.loan_id AND ended.kind = 'resumed' AND ended.on >= began.on
     AND NOT EXISTS (SELECT FROM loans_loanevent AS undoing WHERE undoing.reverses_id = ended.id)
WHERE began.kind = 'suspended'
  AND NOT EXISTS (SELECT FROM loans_loanevent AS undoing WHERE undoing.reverses_id = began.id)
GROUP BY began.id
"""


def _paused(day: Day) -> list[str]:
    """Nothing accrues while a loan is suspended, by what is known at the end of the day (Rules, 13)."""
    return told(
        "accrued while suspended",
        rows(
            f"""
            SELECT loan.number, accrual.day, accrual.interest_tiyn, accrual.penalty_tiyn
            FROM ({_PAUSES}) AS pause JOIN ({_ACCRUED}) AS accrual ON accrual.loan_id = pause.loan_id
            JOIN loans_loan AS loan ON loan.id = pause.loan_id
            WHERE accrual.day >= pause.first_on AND accrual.day < pause.ended_on
              AND (accrual.interest_tiyn <> 0 OR accrual.penalty_tiyn <> 0)
              AND (pause.ended_on = 'infinity' OR pause.ended_on >= %s)
            """,
            day.today - timedelta(days=30),
        ),
    )


def every_day_is_accrued_once(day: Day) -> list[str]:
    """A loan has as many accrued days as passed while it ran: looked at for the last week, and whole at the end."""
    return _gaps(day.today - timedelta(days=7))


def every_day_ever_is_accrued_once(day: Day) -> list[str]:
    """The same from each loan's first day."""
    return _gaps(day.today - timedelta(days=10_000))


def _gaps(since: date) -> list[str]:
    return told(
        "days accrued are not the days passed",
        rows(
            """
            SELECT loan.number, closed.day, loan.opened_on, found.days FROM loans_loan AS loan
            JOIN loans_loanstate AS state ON state.loan_id = loan.id
            CROSS JOIN LATERAL (
              SELECT CASE WHEN state.closed_on IS NULL THEN greatest(max(day), state.stood_on)
                          ELSE state.stood_on END AS day
              FROM loans_chunkday WHERE chunk = state.serial / 20000
            ) AS closed
            CROSS JOIN LATERAL (
              SELECT count(*) AS days FROM (
                SELECT accrual.day FROM loans_accrual AS accrual
                WHERE accrual.serial = state.serial AND accrual.day > %(since)s AND accrual.day <= closed.day
                UNION SELECT heard.day FROM loans_accrualcorrection AS heard
                WHERE heard.loan_id = loan.id AND heard.day > %(since)s AND heard.day <= closed.day
              ) AS lived
            ) AS found
            WHERE closed.day > %(since)s AND found.days <> closed.day - greatest(loan.opened_on, %(since)s)
            """,
            {"since": since},
        ),
    )


def _over(day: Day) -> list[str]:
    """Penalties of one contract year stay within a tenth of the amount; counted at the end of each month."""
    if (day.today + timedelta(days=1)).day != 1:
        return []
    return told(
        "penalties of a contract year above the Law's",
        rows(f"""
            SELECT loan.number, sum(accrual.penalty_tiyn) FROM loans_loan AS loan
            JOIN ({_ACCRUED}) AS accrual ON accrual.loan_id = loan.id
            GROUP BY loan.id, extract(year FROM age(accrual.day, loan.contract_on))
            HAVING sum(accrual.penalty_tiyn) > {_PENALTY_A_YEAR} * (loan.amount_tiyn + (
              SELECT coalesce(sum((more.details->>'amount')::bigint), 0) FROM loans_loanevent AS more
              WHERE more.loan_id = loan.id AND more.kind = 'tranche_paid'))
        """),
    )
