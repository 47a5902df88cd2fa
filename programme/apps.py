from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammeConfig(AppConfig):
    name = "programme"
    verbose_name = _("Programme")

    def ready(self) -> None:
        # The registries are filled once the models are there.
        from conferences import copying
        from programme import mails, searching
        from programme.copying import copy_programme

        mails.declare()
        copying.register(copy_programme)
        searching.declare()
