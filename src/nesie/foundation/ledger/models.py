"""The books. Triggers in the migrations hold what a constraint cannot: balance, completeness, closed months."""

from __future__ import annotations

from uuid import uuid4

from django.db import models


class Account(models.Model):
    """One account of the chart: as `rules.ACCOUNTS` has it, or opened beside one of those for a product."""

    retention = "money"
    append_only = True

    code = models.CharField(max_length=10, primary_key=True)
    role = models.CharField(max_length=10)  # the standard account it stands for; a standard one stands for itself
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10)
    side = models.CharField(max_length=6)
    by_sub = models.BooleanField()
    may_overdraw = models.BooleanField()
    certainty = models.CharField(max_length=10)
    source = models.CharField(max_length=200)


class AccountSet(models.Model):
    """Which accounts loans of a product post to, for contracts from a day on. Two persons decide; never changed."""

    retention = "money"
    append_only = True

    id = models.SmallAutoField(primary_key=True)
    product_code = models.CharField(max_length=40)
    valid_from = models.DateField()
    principal_receivable = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    interest_receivable = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    penalty_receivable = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    interest_income = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    penalty_income = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product_code", "valid_from"], name="ledger_accounts_once")]


class AccountsOf(models.Model):
    """A thing (a loan) whose entries go to other than the standard accounts; decided once, when it begins."""

    retention = "money"
    append_only = True

    subject = models.UUIDField(primary_key=True)
    accounts = models.ForeignKey(AccountSet, models.PROTECT, related_name="+", db_index=False)


class Entry(models.Model):
    """An entry. Written only together with its lines, in one statement, and never changed."""

    retention = "money"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    description_code = models.CharField(max_length=60)
    ref = models.UUIDField(db_index=True)
    effective_on = models.DateField()  # the day of the books
    value_on = models.DateField()  # the day it belongs to: another one only when that day's month is closed
    recorded_at = models.DateTimeField()
    line_count = models.PositiveIntegerField()
    amount_tiyn = models.BigIntegerField()
    fingerprint = models.BinaryField(max_length=32)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        indexes = [
            models.Index(fields=["recorded_at", "id"], name="ledger_entry_recorded"),
            models.Index(fields=["effective_on", "recorded_at", "id"], name="ledger_entry_day"),
            models.Index(
                fields=["value_on"],
                condition=models.Q(value_on__lt=models.F("effective_on")),
                name="ledger_entry_backdated",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(line_count__gte=2), name="ledger_entry_two_lines"),
            models.CheckConstraint(condition=models.Q(amount_tiyn__gt=0), name="ledger_entry_amount_positive"),
            models.CheckConstraint(
                condition=models.Q(value_on__lte=models.F("effective_on")), name="ledger_entry_value_not_later"
            ),
        ]


class EntryLine(models.Model):
    """A line of an entry. Its parents are checked per statement by a trigger: a check per row costs several times more.

    `effective_on` repeats the entry's, so that a balance on a day reads one table.
    """

    retention = "money"
    append_only = True

    pk = models.CompositePrimaryKey("entry_id", "number")
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="lines", db_constraint=False, db_index=False
    )
    number = models.PositiveIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    sub = models.UUIDField(null=True)
    debit_tiyn = models.BigIntegerField()
    credit_tiyn = models.BigIntegerField()
    effective_on = models.DateField()
    bulk = models.BooleanField(default=False)  # of an entry of very many lines, found by ranges of pages

    class Meta:
        indexes = [
            models.Index(
                fields=["sub", "account"],
                condition=models.Q(sub__isnull=False, bulk=False),
                name="ledger_line_sub",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(debit_tiyn__gt=0, credit_tiyn=0) | models.Q(debit_tiyn=0, credit_tiyn__gt=0),
                name="ledger_line_one_side",
            ),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="ledger_line_number_from_one"),
        ]


class Balance(models.Model):
    """What stands and what is held on an account that may not be overdrawn. Written by triggers alone."""

    retention = "money"
    written_by_triggers = True

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False)
    sub = models.UUIDField(null=True)
    settled_tiyn = models.BigIntegerField()  # positive on the account's normal side
    held_tiyn = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "sub"], name="ledger_balance_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(settled_tiyn__gte=models.F("held_tiyn"), held_tiyn__gte=0),
                name="ledger_not_overdrawn",
            ),
        ]


class Hold(models.Model):
    """Money set aside on an account until the thing it waits for is done or given up; never changed."""

    retention = "money"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False)
    sub = models.UUIDField(null=True)
    amount_tiyn = models.BigIntegerField()
    held_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_tiyn__gt=0), name="ledger_hold_amount_positive"),
        ]


class HoldEnd(models.Model):
    """How a hold ended, once: by an entry that took the money, or by giving it up."""

    retention = "money"
    append_only = True

    hold = models.OneToOneField(Hold, on_delete=models.PROTECT, primary_key=True, related_name="end")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, related_name="ends_hold")
    ended_at = models.DateTimeField()


class ClosedMonth(models.Model):
    """A month no entry may fall into any more. Months close in order and never open again."""

    retention = "money"
    append_only = True

    last_day = models.DateField(primary_key=True)
    closed_at = models.DateTimeField()
    # The comparisons it was closed on: [part, day, moment, things, differing, [[account, own tiyn, tiyn booked], ...]]
    compared = models.JSONField(default=list)


class MonthBalance(models.Model):
    """Turnover of an account from the beginning to the end of a closed month: trial balances start from here."""

    retention = "money"
    written_by_triggers = True

    pk = models.CompositePrimaryKey("month_id", "account_id")
    month = models.ForeignKey(ClosedMonth, on_delete=models.PROTECT, related_name="balances", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False)
    debit_tiyn = models.DecimalField(max_digits=30, decimal_places=0)
    credit_tiyn = models.DecimalField(max_digits=30, decimal_places=0)


class Reconciliation(models.Model):
    """A part of the house (the loans) held against the books, once a day after its close: what differed."""

    retention = "money"
    append_only = True

    id = models.BigAutoField(primary_key=True)
    part = models.CharField(max_length=20)
    as_of = models.DateField()
    made_at = models.DateTimeField()
    compared = models.BigIntegerField()
    differing = models.BigIntegerField()
    totals = models.JSONField(default=list)  # [account, tiyn of all things' own, tiyn in the books]
    examples = models.JSONField()  # the first differences: [thing, account, tiyn of its own, tiyn in the books]

    class Meta:
        indexes = [models.Index(fields=["part", "as_of", "id"], name="ledger_reconciled")]
