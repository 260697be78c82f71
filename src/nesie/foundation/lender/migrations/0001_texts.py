import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PublishedText",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("granting_rules", "granting_rules"),
                            ("rights_and_duties", "rights_and_duties"),
                        ],
                        max_length=32,
                    ),
                ),
                ("language", models.CharField(choices=[("kk", "kk"), ("ru", "ru")], max_length=2)),
                ("version", models.PositiveIntegerField()),
                ("title", models.TextField()),
                ("body", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("document_id", models.UUIDField(null=True)),
                ("published_at", models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="publishedtext",
            constraint=models.UniqueConstraint(fields=("kind", "language", "version"), name="lender_text_version_once"),
        ),
        migrations.AddConstraint(
            model_name="publishedtext",
            constraint=models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="lender_text_version_from_one"),
        ),
    ]
