from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "recovery_network.privacy"
    label = "privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        # Mails are registered once the models are there.
        from recovery_network.privacy import mails
        from recovery_network.privacy.checks import every_personal_field_can_be_reached

        register(every_personal_field_can_be_reached)
        mails.declare()
