from django.db import migrations, models
from django.db.models import Q

# Whatever had something unusual went by the rules until now; each such row says anew when it is written next.
KNOWN = "UPDATE loans_loanstate SET by_rules = true WHERE unusual IS NOT NULL"


class Migration(migrations.Migration):
    """Which loans change their pace by the rules alone, apart from what is unusual about them."""

    dependencies = [("loans", "0011_memo_moves")]

    operations = [
        migrations.AddField("loanstate", "by_rules", models.BooleanField(default=False)),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.AddIndex(
            "loanstate",
            models.Index(
                fields=["serial"], condition=Q(closed_on__isnull=True, by_rules=True), name="loans_by_rules"
            ),
        ),
    ]
