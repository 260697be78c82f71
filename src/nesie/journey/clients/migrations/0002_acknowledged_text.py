import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0001_first"),
        ("lender", "0001_texts"),
    ]

    operations = [
        migrations.DeleteModel("Acknowledgement"),
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "matter",
                    models.CharField(
                        choices=[
                            ("granting_rules", "granting_rules"),
                            ("rights_and_duties", "rights_and_duties"),
                        ],
                        max_length=24,
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("acknowledged_at", models.DateTimeField()),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgements",
                        to="clients.client",
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lender.publishedtext"
                    ),
                ),
            ],
            options={
                "db_table": "clients_acknowledgement",
                "constraints": [
                    models.UniqueConstraint(fields=("client", "matter", "sha256"), name="read_once")
                ],
            },
        ),
    ]
