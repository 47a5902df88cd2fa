from django.utils.translation import gettext_lazy as _

from recovery_network.privacy.fields import Clock, PersonalField

CONTACT = _("To let people ask about the gathering.")
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
)
NOT_PERSONAL = {
    "conferences.Venue": "*",
    "conferences.Room": "*",
    "conferences.Series": "*",
    "conferences.JoinDetails": "*",
    "conferences.Publication": "*",
    "conferences.Conference": "*",
    "conferences.ConferenceOrganiser": "*",
}
