from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        # The registry is filled once the models are there.
        from conferences import copying
        from membership.actions import merging
        from network import my_page
        from surveys import mails
        from surveys.actions.following import follow, foresee
        from surveys.copying import copy_surveys
        from surveys.my_page import section

        merging.register(merging.Follower(foresee, follow))
        mails.declare()
        copying.register(copy_surveys)
        my_page.register("surveys", section, order=20)
