from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistrationsConfig(AppConfig):
    name = "registrations"
    verbose_name = _("Registrations")

    def ready(self) -> None:
        # The registry is filled once the models are there.
        from conferences import copying
        from membership.actions import merging
        from network import my_page
        from registrations import letters, mails, party_mails, programme_mails
        from registrations.actions import following
        from registrations.copying import copy_terms
        from registrations.my_page import section

        copying.register(copy_terms)
        merging.register(merging.Follower(following.foresee, following.follow, hold=following.hold))
        my_page.register("registrations", section, order=10)
        mails.declare()
        letters.declare()
        party_mails.declare()
        programme_mails.declare()
