from typing import Any

from django.db import migrations, models

import recovery_network.keys


def give_keys(apps: Any, _schema_editor: Any) -> None:
    """A default would be asked once, and be the same for every row."""
    for tier in apps.get_model("registrations", "Tier").objects.all():
        tier.invitation_key = recovery_network.keys.secret_key()
        tier.save(update_fields=["invitation_key"])


class Migration(migrations.Migration):
    dependencies = [("registrations", "0012_approval")]

    operations = [
        migrations.AddField(
            model_name="tier",
            name="invitation_only",
            field=models.BooleanField(
                default=False,
                help_text="Seen and chosen only by those who come by its own link, and by organisers. The link stands under “Links for those invited” when you have saved.",
                verbose_name="only for those invited",
            ),
        ),
        migrations.AddField(
            model_name="tier",
            name="invitation_key",
            field=models.CharField(editable=False, max_length=32, null=True),
        ),
        migrations.RunPython(give_keys, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="tier",
            name="invitation_key",
            field=models.CharField(
                default=recovery_network.keys.secret_key,
                editable=False,
                max_length=32,
                unique=True,
            ),
        ),
    ]
