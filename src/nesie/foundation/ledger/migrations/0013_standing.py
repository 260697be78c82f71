from django.db import migrations


class Migration(migrations.Migration):
    """What stands on a thing's accounts is asked in one row a thing (`queries.standing`)."""

    dependencies = [("ledger", "0012_month_compared")]

    operations = [migrations.RunSQL("DROP VIEW ledger_kept", migrations.RunSQL.noop)]
