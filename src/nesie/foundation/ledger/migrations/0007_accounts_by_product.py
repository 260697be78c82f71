"""Accounts opened beside the standard ones, and which of them a product's loans post to."""

import django.db.models.deletion
from django.db import migrations, models

ROLE = """
ALTER TABLE ledger_account ADD COLUMN role varchar(10);
ALTER TABLE ledger_account ALTER COLUMN role TYPE varchar(10) USING code, ALTER COLUMN role SET NOT NULL;
"""


def account() -> models.ForeignKey:
    return models.ForeignKey(
        "ledger.account", django.db.models.deletion.PROTECT, related_name="+", db_index=False
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_reconciliation")]
    operations = [
        migrations.RunSQL(
            ROLE,
            "ALTER TABLE ledger_account DROP COLUMN role",
            state_operations=[
                migrations.AddField("account", "role", models.CharField(max_length=10, default=""), preserve_default=False)
            ],
        ),
        migrations.CreateModel(
            "AccountSet",
            [
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                ("product_code", models.CharField(max_length=40)),
                ("valid_from", models.DateField()),
                ("decided_at", models.DateTimeField()),
                ("principal_receivable", account()),
                ("interest_receivable", account()),
                ("penalty_receivable", account()),
                ("interest_income", account()),
                ("penalty_income", account()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("product_code", "valid_from"), name="ledger_accounts_once")
                ]
            },
        ),
    ]
