from django.utils.translation import gettext_lazy as _

from membership.queries import memberships_of
from network.my_page import Section
from recovery_network.privacy.person import Person


def section(person: Person) -> Section | None:
    """The person's memberships, with the way to change and to leave."""
    found = list(memberships_of(person.emails))
    if not found:
        return None
    context = {"memberships": found}
    return Section("membership", _("My membership"), "membership/my_page.html", context)
