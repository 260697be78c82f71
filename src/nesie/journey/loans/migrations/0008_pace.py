import django.db.models.deletion
from django.db import migrations, models

# Rows that are written again while they stand: room on their own page, so that no index is touched.
ROOM = "ALTER TABLE loans_loanstate SET (fillfactor = 85);"

# Readings as `rules.meter` has them, and every loan's figures at its last accrued day, for reads of the whole book.
POSITION = """
CREATE FUNCTION loans_meter(day_count text, day date) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE day_count
    WHEN '30/360' THEN (extract(year FROM day) - 1) * 360 + (extract(month FROM day) - 1) * 30
                       + least(extract(day FROM day), 30) - 1
    WHEN 'act/act' THEN (extract(year FROM day) - 1) * 133590
                        + extract(doy FROM day) * (133590 / extract(doy FROM make_date(extract(year FROM day)::int, 12, 31)))
                        - 366
    ELSE day - date '0001-01-01' END::bigint
$$;

CREATE VIEW loans_position AS
SELECT state.loan_id, state.status, state.accrued_on, state.principal_tiyn,
       coalesce(due.interest, 0) + state.period_accrued_tiyn - state.period_paid_tiyn
         + CASE state.interest_goes WHEN 'accrued' THEN state.interest ELSE 0 END AS interest_tiyn,
       coalesce(due.penalty, 0) + state.penalty_tiyn
         + CASE state.penalty_goes WHEN 'accrued' THEN state.penalty ELSE 0 END AS penalty_tiyn,
       state.credit_tiyn,
       state.memo_interest_tiyn + CASE state.interest_goes WHEN 'memo' THEN state.interest ELSE 0 END
         AS memo_interest_tiyn,
       state.memo_penalty_tiyn + CASE state.penalty_goes WHEN 'memo' THEN state.penalty ELSE 0 END AS memo_penalty_tiyn
FROM (
  SELECT stood.*,
         CASE WHEN accrued_on = stood_on THEN 0 ELSE
           div(2 * numerator * (period_weight + gain * (loans_meter(day_count, accrued_on) - meter)) + denominator,
               2 * denominator::numeric)::bigint - period_rounded_tiyn END AS interest,
         CASE WHEN accrued_on = stood_on OR penalty_goes = 'nothing' THEN 0 ELSE
           least(round(penalty_exact + penalty_a_day * (accrued_on - stood_on)), penalty_most_tiyn)::bigint
             - penalty_year_accrued_tiyn END AS penalty
  FROM (
    SELECT row.*, CASE WHEN row.closed_on IS NULL THEN greatest(closed.day, row.stood_on) ELSE row.stood_on END
                    AS accrued_on
    FROM loans_loanstate AS row
    LEFT JOIN (SELECT chunk, max(day) AS day FROM loans_chunkday GROUP BY chunk) AS closed
      ON closed.chunk = row.serial / 10000
  ) AS stood
) AS state
LEFT JOIN (
  SELECT loan_id, sum(interest_tiyn - interest_paid_tiyn)::bigint AS interest,
         sum(penalty_tiyn - penalty_paid_tiyn)::bigint AS penalty
  FROM loans_due GROUP BY loan_id
) AS due ON due.loan_id = state.loan_id;
"""


class Migration(migrations.Migration):
    """The whole book in its rows: where a day's figures go, what is held or only noted, what few books have."""

    dependencies = [("loans", "0007_settlement_procedure")]

    operations = [
        migrations.DeleteModel("LoanState"),
        migrations.AddField("accrual", "held_tiyn", models.BigIntegerField(null=True)),
        migrations.AddField("accrual", "memo_interest_tiyn", models.BigIntegerField(null=True)),
        migrations.AddField("accrual", "memo_penalty_tiyn", models.BigIntegerField(null=True)),
        migrations.AddField("due", "held_tiyn", models.BigIntegerField(default=0)),
        migrations.AddField("due", "payment_tiyn", models.BigIntegerField(null=True)),
        migrations.AddField("due", "penalty_tiyn", models.BigIntegerField(default=0)),
        migrations.AddField("due", "penalty_paid_tiyn", models.BigIntegerField(default=0)),
        migrations.AddConstraint(
            "due",
            models.CheckConstraint(
                condition=models.Q(
                    ("held_tiyn__gte", 0),
                    ("penalty_paid_tiyn__gte", 0),
                    ("penalty_paid_tiyn__lte", models.F("penalty_tiyn")),
                ),
                name="loans_due_penalty_within",
            ),
        ),
        migrations.CreateModel(
            name="LoanState",
            fields=[
                ("serial", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "loan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="state", to="loans.loan"
                    ),
                ),
                ("status", models.CharField(max_length=12)),
                ("stood_on", models.DateField()),
                ("closed_on", models.DateField(null=True)),
                ("next_due_on", models.DateField(null=True)),
                ("next_change_on", models.DateField()),
                ("day_count", models.CharField(max_length=10)),
                ("meter", models.BigIntegerField()),
                ("base_tiyn", models.BigIntegerField()),
                ("gain", models.BigIntegerField()),
                ("numerator", models.BigIntegerField()),
                ("denominator", models.BigIntegerField()),
                ("interest_goes", models.CharField(max_length=8)),
                ("penalty_goes", models.CharField(max_length=8)),
                ("overdue_tiyn", models.BigIntegerField()),
                ("penalty_a_day", models.DecimalField(decimal_places=8, max_digits=40)),
                ("penalty_most_tiyn", models.BigIntegerField()),
                ("late_after_on", models.DateField(null=True)),
                ("late_days", models.IntegerField(null=True)),
                ("period", models.PositiveSmallIntegerField()),
                ("principal_tiyn", models.BigIntegerField()),
                ("period_weight", models.DecimalField(decimal_places=0, max_digits=40)),
                ("period_rounded_tiyn", models.BigIntegerField()),
                ("period_accrued_tiyn", models.BigIntegerField()),
                ("period_paid_tiyn", models.BigIntegerField()),
                ("period_held_tiyn", models.BigIntegerField()),
                ("penalty_tiyn", models.BigIntegerField()),
                ("penalty_year", models.PositiveSmallIntegerField()),
                ("penalty_exact", models.DecimalField(decimal_places=8, max_digits=40)),
                ("penalty_year_accrued_tiyn", models.BigIntegerField()),
                ("memo_interest_tiyn", models.BigIntegerField()),
                ("memo_penalty_tiyn", models.BigIntegerField()),
                ("credit_tiyn", models.BigIntegerField()),
                ("unusual", models.JSONField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_on__isnull", True)), fields=["serial"], name="loans_running"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("credit_tiyn__gte", 0),
                            ("penalty_tiyn__gte", 0),
                            ("period_held_tiyn__gte", 0),
                            ("principal_tiyn__gte", 0),
                            ("period_paid_tiyn__gte", 0),
                            ("period_paid_tiyn__lte", models.F("period_accrued_tiyn")),
                        ),
                        name="loans_state_not_negative",
                    )
                ],
            },
        ),
        migrations.RunSQL(ROOM + POSITION, "DROP VIEW loans_position; DROP FUNCTION loans_meter"),
    ]
