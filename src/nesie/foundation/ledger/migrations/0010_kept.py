"""What stands on each thing's accounts, by what they mean: the side of the books that other rooms compare with."""

from django.db import migrations

KEPT = """
CREATE VIEW ledger_kept AS
SELECT line.sub, account.role,
       sum(CASE account.side WHEN 'debit' THEN line.debit_tiyn - line.credit_tiyn
           ELSE line.credit_tiyn - line.debit_tiyn END)::bigint AS tiyn
FROM ledger_entryline AS line JOIN ledger_account AS account ON account.code = line.account_id
WHERE line.sub IS NOT NULL
GROUP BY line.sub, account.role
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0009_kept_balances")]
    operations = [migrations.RunSQL(KEPT, "DROP VIEW ledger_kept")]
