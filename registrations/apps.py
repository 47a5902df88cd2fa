from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistrationsConfig(AppConfig):
    name = "registrations"
    verbose_name = _("Registrations")

    def ready(self) -> None:
        # The registry is filled once the models are there.
        from registrations import letters, mails, party_mails

        mails.declare()
        letters.declare()
        party_mails.declare()
