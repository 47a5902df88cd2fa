from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conferences.models import OnTheDay
from recovery_network.privacy.fields import Clock, PersonalField, Receipt, Road

CONTACT = _("To let people ask about the gathering.")
ON_THE_DAY = _("To let people reach someone while the gathering lasts.")
EVERYONE = _("Everyone: it is on the website.")

PERSONAL = (
    PersonalField("conferences.Conference.contact_name", CONTACT, EVERYONE, Clock.CONTENT),
    PersonalField("conferences.Conference.contact_email", CONTACT, EVERYONE, Clock.CONTENT),
    PersonalField("conferences.Conference.contact_phone", CONTACT, EVERYONE, Clock.CONTENT),
    PersonalField(
        "conferences.Conference.hero_photographer",
        _("To name who took the picture, as the law on copyright demands."),
        EVERYONE,
        Clock.CONTENT,
    ),
    PersonalField(
        "conferences.Conference.hero_image",
        _("To show what the gathering is like."),
        EVERYONE,
        Clock.CONTENT,
        _("A picture that may show people"),
    ),
    *(
        PersonalField(f"conferences.OnTheDay.{name}", ON_THE_DAY, EVERYONE, Clock.NEEDS)
        for name in ("contact_name", "contact_phone", "support_name", "support_phone")
    ),
)
NOT_PERSONAL = {
    "conferences.OnTheDay": ("conference", "quiet_room", "support_note", "emergency"),
    "conferences.Venue": "*",
    "conferences.Room": "*",
    "conferences.Series": "*",
    "conferences.JoinDetails": "*",
    "conferences.Publication": "*",
    "conferences.Conference": "*",
    "conferences.ConferenceOrganiser": "*",
}

ROADS = (
    Road(
        "conferences.Conference",
        lambda person: person.owns("contact_email"),
        fields=("contact_name", "contact_email", "contact_phone"),
        keeps=("*",),
        why=_("That you are whom people ask about a gathering, until its organisers name another."),
        also=("title",),
    ),
)
NO_ROAD = {
    "conferences.Conference": _(
        "Names that editors write in texts and under pictures: no address says whose they are. Write to us."
    ),
    "conferences.OnTheDay": _(
        "Whom one can call on the day of a gathering: it goes 14 days after it."
    ),
}


def purge(now: datetime, *, dry_run: bool) -> Receipt:
    """Blanks whom one could call on the day."""
    names = ("contact_name", "contact_phone", "support_name", "support_phone")
    told = Q(pk__in=[])
    for name in names:
        told |= ~Q(**{name: ""})
    over = OnTheDay.objects.filter(told, conference__ends_at__lt=Clock.NEEDS.cutoff(now))
    blank = dict.fromkeys(names, "")
    removed = over.count() if dry_run else over.update(**blank)
    return Receipt("conferences", {"contacts on the day": removed})
