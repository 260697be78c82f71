from django.db import migrations


class Migration(migrations.Migration):
    """Entries of very many lines are written by the statement that reckons them (`actions.bulk`)."""

    dependencies = [("ledger", "0010_kept")]

    operations = [migrations.RunSQL("DROP FUNCTION ledger_post_bulk", migrations.RunSQL.noop)]
