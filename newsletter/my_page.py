from django.utils.translation import gettext_lazy as _

from network.my_page import Section
from newsletter.queries import subscriptions_of
from recovery_network.privacy.person import Person


def section(person: Person) -> Section | None:
    """The newsletters that come to the person's addresses."""
    found = list(subscriptions_of(person.emails))
    if not found:
        return None
    context = {"subscriptions": found}
    return Section("newsletter", _("My newsletter"), "newsletter/my_page.html", context)
