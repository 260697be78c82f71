from django.db import migrations, models

_NEWEST = """
UPDATE contracts_contract AS contract SET status = coalesce(
  (SELECT move.status FROM contracts_contracttransition AS move WHERE move.contract_id = contract.id
   ORDER BY move.number DESC LIMIT 1), status)
"""


class Migration(migrations.Migration):
    dependencies = [("contracts", "0004_payouts")]

    operations = [
        migrations.AddField("contract", "status", models.CharField(default="drafted", max_length=16)),
        migrations.RunSQL(_NEWEST, migrations.RunSQL.noop),
        migrations.AddIndex(
            "contract",
            models.Index(fields=["id"], name="contract_money_waits", condition=models.Q(status="signed")),
        ),
    ]
