from django.db import migrations, models


class Migration(migrations.Migration):
    """The last day without delay of each instalment; loans opened before keep their due day."""

    dependencies = [("loans", "0001_tables")]

    operations = [
        migrations.AddField("due", "grace_until_on", models.DateField(null=True)),
        migrations.RunSQL("UPDATE loans_due SET grace_until_on = due_on", migrations.RunSQL.noop),
        migrations.AlterField("due", "grace_until_on", models.DateField()),
        migrations.AddConstraint(
            "due",
            models.CheckConstraint(
                condition=models.Q(("grace_until_on__gte", models.F("due_on"))), name="loans_due_grace_after_due"
            ),
        ),
    ]
