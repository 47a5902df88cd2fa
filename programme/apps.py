from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammeConfig(AppConfig):
    name = "programme"
    verbose_name = _("Programme")

    def ready(self) -> None:
        # The registries are filled once the models are there.
        from conferences import copying
        from membership.actions import merging
        from programme import mails, searching
        from programme.actions.following import follow, foresee
        from programme.copying import copy_programme

        merging.register(merging.Follower(foresee, follow))
        mails.declare()
        copying.register(copy_programme)
        searching.declare()
