from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Newsletter")

    def ready(self) -> None:
        # The registries are filled once the models are there.
        from membership.actions import merging
        from network import my_page
        from newsletter import letters, mails, reports
        from newsletter.actions.following import follow, foresee
        from newsletter.my_page import section

        merging.register(merging.Follower(foresee, follow))
        my_page.register("newsletter", section, order=40)
        mails.declare()
        letters.declare()
        reports.listen()
