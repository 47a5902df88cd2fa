from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembershipConfig(AppConfig):
    name = "membership"
    verbose_name = _("Membership")

    def ready(self) -> None:
        # The registry is filled once the models are there.
        from membership import mails
        from membership.my_page import section
        from network import my_page

        mails.declare()
        my_page.register("membership", section, order=30)
