"""Money: the books against themselves, against the loans, and against what the bank really did."""

from __future__ import annotations

from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import AccountRef, Chart
from nesie.journey.loans import queries as loans
from nesie.journey.payments.gateways import PaymentState
from tests.simulation.checkers.day import Day, rows, told
from tests.simulation.world import CAPITAL

_BALANCES = """
SELECT sub, sum(debit_tiyn - credit_tiyn) AS tiyn FROM ledger_entryline WHERE account_id = %s
GROUP BY sub HAVING sum(debit_tiyn - credit_tiyn) <> 0
"""
_IN_TRANSIT = """
SELECT result.contract_id AS sub, order_.amount_tiyn AS tiyn FROM payments_disbursementresult AS result
JOIN payments_disbursement AS order_ ON order_.id = result.disbursement_id
LEFT JOIN payments_disbursementtaken AS taken ON taken.disbursement_id = order_.id
WHERE result.outcome = 'paid' AND taken.disbursement_id IS NULL
"""
_TO_ALLOCATE = """
SELECT found.contract_id AS sub, -sum(receipt.amount_tiyn) AS tiyn FROM payments_receipt AS receipt
JOIN payments_receiptmatch AS found ON found.receipt_id = receipt.id
LEFT JOIN payments_receipttaken AS taken ON taken.receipt_id = receipt.id
WHERE taken.receipt_id IS NULL GROUP BY found.contract_id
"""
_NOBODYS = """
SELECT receipt.id AS sub, -receipt.amount_tiyn AS tiyn FROM payments_receipt AS receipt
LEFT JOIN payments_receiptmatch AS found ON found.receipt_id = receipt.id WHERE found.receipt_id IS NULL
"""
_NOTHING = "SELECT NULL::uuid AS sub, 0::bigint AS tiyn WHERE false"
_CLEARING = {
    Chart.REFINANCED: _NOTHING,  # filled and emptied in one transaction
    Chart.DISBURSEMENTS_IN_TRANSIT: _IN_TRANSIT,
    Chart.RECEIPTS_UNALLOCATED: _TO_ALLOCATE,
    Chart.SUSPENSE: _NOBODYS,
}
_STUCK = """
SELECT 'payout', result.contract_id, result.recorded_at FROM payments_disbursementresult AS result
LEFT JOIN payments_disbursementtaken AS taken USING (disbursement_id)
WHERE result.outcome = 'paid' AND taken.disbursement_id IS NULL AND result.recorded_at < %s
UNION ALL
SELECT 'receipt', found.contract_id, found.matched_at FROM payments_receiptmatch AS found
LEFT JOIN payments_receipttaken AS taken USING (receipt_id)
WHERE taken.receipt_id IS NULL AND found.matched_at < %s
"""


def trial_balance_is_zero(day: Day) -> list[str]:
    """Debits equal credits over the whole ledger, at the end of the day and of the day before."""
    difference = ledger.trial_balance(day.today).difference
    return [f"{difference} on {day.today}"] if difference else []


def loans_equal_ledger(day: Day) -> list[str]:
    """Every loan's principal, interest, penalty and credit are the ledger's, to the tiyn."""
    return [str(one) for one in loans.differences()]


def clearing_accounts_explained(day: Day) -> list[str]:
    """What stands on a clearing account is exactly what is on its way, contract by contract, and nothing is stuck."""
    found: list[str] = []
    for account, in_flight in _CLEARING.items():
        statement = f"""
            SELECT coalesce(books.sub, flight.sub), coalesce(books.tiyn, 0), coalesce(flight.tiyn, 0)
            FROM ({_BALANCES}) AS books FULL JOIN ({in_flight}) AS flight ON flight.sub = books.sub
            WHERE coalesce(books.tiyn, 0) <> coalesce(flight.tiyn, 0)
        """
        found += told(f"{account.name} is not what is on its way", rows(statement, account.value))
    return found + told("nobody takes it over", rows(_STUCK, day.since, day.since))


def bank_and_books_agree(day: Day) -> list[str]:
    """The lender's balance at the bank is the ledger's, but for what the bank did and we have not heard of yet."""
    bank = day.world.bank
    orders = rows(
        "SELECT order_.id, amount_tiyn, coalesce(result.outcome = 'paid', false) FROM payments_disbursement AS order_"
        " LEFT JOIN payments_disbursementresult AS result ON result.disbursement_id = order_.id"
    )
    paid = sum(tiyn for key, tiyn, _ in orders if _state(day, key) is PaymentState.PAID)
    recorded = sum(tiyn for _, tiyn, booked in orders if booked)
    received = sum(one.amount.tiyn for one in bank.incoming("")) - sum(one.tiyn for one in day.world.bounced.values())
    (known,) = rows("""
        SELECT coalesce(sum(receipt.amount_tiyn), 0) FROM payments_receipt AS receipt
        LEFT JOIN payments_receiptreturn AS returned ON returned.receipt_id = receipt.id
        WHERE returned.receipt_id IS NULL
    """)[0]
    at_the_bank = bank.accounts[bank.own].balance.tiyn
    found = []
    if at_the_bank != CAPITAL.tiyn - paid + received:
        found.append(f"the bank moved money under no order of ours: {at_the_bank - CAPITAL.tiyn + paid - received}")
    funding = ledger.balance(AccountRef(Chart.FUNDING.value)).tiyn
    if funding != CAPITAL.tiyn - recorded + int(known):
        found.append(f"FUNDING is {funding}, orders and receipts make {CAPITAL.tiyn - recorded + int(known)}")
    return found


def _state(day: Day, key: object) -> PaymentState | None:
    answer = day.world.bank.status(str(key))
    return answer.state if answer else None


def holds_never_leak(day: Day) -> list[str]:
    """A hold is open exactly while its order is undecided, then posted when paid and voided when refused."""
    wrong = rows("""
        SELECT hold.id, hold.amount_tiyn, result.outcome, ended.entry_id FROM ledger_hold AS hold
        LEFT JOIN ledger_holdend AS ended ON ended.hold_id = hold.id
        LEFT JOIN payments_disbursement AS order_ ON order_.hold_id = hold.id
        LEFT JOIN payments_disbursementresult AS result ON result.disbursement_id = order_.id
        WHERE order_.id IS NULL OR order_.amount_tiyn <> hold.amount_tiyn
           OR (result.outcome IS NULL) <> (ended.hold_id IS NULL)
           OR (result.outcome = 'paid' AND ended.entry_id IS DISTINCT FROM result.entry_id)
           OR (result.outcome = 'refused' AND ended.entry_id IS NOT NULL)
    """)
    held = rows("""
        SELECT balance.held_tiyn, coalesce(sum(hold.amount_tiyn), 0) FROM ledger_balance AS balance
        LEFT JOIN ledger_hold AS hold ON hold.account_id = balance.account_id
             AND NOT EXISTS (SELECT FROM ledger_holdend AS ended WHERE ended.hold_id = hold.id)
        WHERE balance.sub IS NULL GROUP BY balance.id HAVING balance.held_tiyn <> coalesce(sum(hold.amount_tiyn), 0)
    """)
    return told("a hold and its order differ", wrong) + told("held is not the sum of open holds", held)


def receipts_used_once(day: Day) -> list[str]:
    """Every receipt is one of the bank's; taken once, used whole: what it paid and what became credit make its sum.

    One that the bank took back comes to nothing, one whose day was put right counts once.
    """
    wrong = rows("""
        SELECT receipt.id, receipt.amount_tiyn, used.received_tiyn, used.paid, used.kept
        FROM payments_receipt AS receipt
        LEFT JOIN payments_receipttaken AS taken ON taken.receipt_id = receipt.id
        LEFT JOIN payments_receiptreturn AS returned ON returned.receipt_id = receipt.id
        CROSS JOIN LATERAL (
          SELECT CASE WHEN returned.receipt_id IS NULL THEN receipt.amount_tiyn ELSE 0 END AS tiyn
        ) AS counts
        LEFT JOIN (
          SELECT allocation.receipt_id, sum(allocation.received_tiyn) AS received_tiyn,
                 sum((SELECT coalesce(sum(part.amount_tiyn), 0) FROM loans_allocationpart AS part
                      WHERE part.allocation_id = allocation.id)) AS paid,
                 sum(allocation.credit_tiyn) AS kept
          FROM loans_allocation AS allocation
          GROUP BY allocation.receipt_id
        ) AS used ON used.receipt_id = receipt.id
        WHERE (taken.receipt_id IS NULL) <> (used.receipt_id IS NULL)
           OR used.received_tiyn <> counts.tiyn OR used.paid + used.kept <> counts.tiyn
    """)
    back = {str(key) for (key,) in rows("SELECT receipt_id FROM payments_receiptreturn")}
    unheard = {str(key) for key in day.world.bounced} ^ back
    told_by_bank = {one.bank_reference: one.amount.tiyn for one in day.world.bank.incoming("")}
    ours = rows("SELECT bank_reference, amount_tiyn FROM payments_receipt WHERE recorded_at > %s", day.since)
    strange = [row for row in ours if told_by_bank.get(row[0]) != row[1]]
    return (
        told("a receipt and its use differ", wrong)
        + told("not on the bank's statement", strange)
        + [f"{key}: taken back by one of us alone" for key in sorted(unheard)]
    )
