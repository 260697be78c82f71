from django.db import migrations


def say_first_versions(apps, schema_editor):
    key_version = apps.get_model("vault", "KeyVersion")
    key_version.objects.bulk_create(
        key_version(family=family, version=1, state="current") for family in ("master", "index")
    )


class Migration(migrations.Migration):
    """The keys that `nesie keys init` makes are version 1."""

    dependencies = [("vault", "0001_initial")]
    operations = [migrations.RunPython(say_first_versions, migrations.RunPython.noop)]
