from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.my_page import Section
from recovery_network.privacy.person import Person
from registrations.models import Registration
from registrations.queries import parties_of_person, registrations_of


def section(person: Person) -> Section | None:
    """The person's own places and the parties they are the contact of, what is coming first."""
    now = timezone.now()
    found = list(registrations_of(person).filter(~Q(state=Registration.State.DOUBLE)))
    coming = [each for each in found if each.conference.ends_at > now and each.is_active]
    past = [each for each in reversed(found) if each not in coming]
    parties = list(parties_of_person(person, now))
    if not (found or parties):
        return None
    context = {"coming": coming, "past": past, "parties": parties}
    return Section("registrations", _("My gatherings"), "registrations/my_page.html", context)
