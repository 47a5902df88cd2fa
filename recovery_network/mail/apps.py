from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "recovery_network.mail"
    label = "mail"
    verbose_name = _("Mail")

    def ready(self) -> None:
        from recovery_network.mail import accounts  # allauth's adapter needs the models

        accounts.declare()
