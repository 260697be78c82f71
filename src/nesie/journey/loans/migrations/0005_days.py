import django.db.models.deletion
from django.db import migrations, models

# Rows that are written again while they stand: room on their own page, so that no index is touched.
ROOM = """
ALTER TABLE loans_loanstate SET (fillfactor = 85);
ALTER TABLE loans_due SET (fillfactor = 90);
"""


class Migration(migrations.Migration):
    """A loan's row moves only when its pace changes; rows of days by day and serial; chunks closed whole."""

    dependencies = [("loans", "0004_events")]

    operations = [
        migrations.DeleteModel("Accrual"),
        migrations.DeleteModel("LoanState"),
        migrations.CreateModel(
            name="Accrual",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day", "serial", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("serial", models.BigIntegerField()),
                ("principal_tiyn", models.BigIntegerField()),
                ("interest_tiyn", models.BigIntegerField()),
                ("overdue_tiyn", models.BigIntegerField()),
                ("penalty_tiyn", models.BigIntegerField()),
                ("days_past_due", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="ChunkDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "chunk", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("chunk", models.PositiveIntegerField()),
                ("day", models.DateField()),
                ("loans", models.PositiveIntegerField()),
                ("interest_tiyn", models.BigIntegerField()),
                ("penalty_tiyn", models.BigIntegerField()),
                ("closed_at", models.DateTimeField()),
            ],
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
                ("stood_on", models.DateField()),
                ("closed_on", models.DateField(null=True)),
                ("next_due_on", models.DateField(null=True)),
                ("next_change_on", models.DateField()),
                ("day_count", models.CharField(max_length=10)),
                ("rate_numerator", models.BigIntegerField()),
                ("rate_denominator", models.BigIntegerField()),
                ("meter", models.BigIntegerField()),
                ("base_tiyn", models.BigIntegerField()),
                ("overdue_tiyn", models.BigIntegerField()),
                ("penalty_a_day", models.DecimalField(decimal_places=8, max_digits=40)),
                ("penalty_year_most_tiyn", models.BigIntegerField()),
                ("late_after_on", models.DateField(null=True)),
                ("period", models.PositiveSmallIntegerField()),
                ("principal_tiyn", models.BigIntegerField()),
                ("period_weight", models.DecimalField(decimal_places=0, max_digits=40)),
                ("period_accrued_tiyn", models.BigIntegerField()),
                ("period_paid_tiyn", models.BigIntegerField()),
                ("penalty_tiyn", models.BigIntegerField()),
                ("penalty_year", models.PositiveSmallIntegerField()),
                ("penalty_exact", models.DecimalField(decimal_places=8, max_digits=40)),
                ("penalty_year_accrued_tiyn", models.BigIntegerField()),
                ("credit_tiyn", models.BigIntegerField()),
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
                            ("principal_tiyn__gte", 0),
                            ("period_paid_tiyn__gte", 0),
                            ("period_paid_tiyn__lte", models.F("period_accrued_tiyn")),
                        ),
                        name="loans_state_not_negative",
                    )
                ],
            },
        ),
        migrations.RunSQL(ROOM, migrations.RunSQL.noop),
    ]
