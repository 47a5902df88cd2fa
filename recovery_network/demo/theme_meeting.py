"""The Danish online theme meeting of 21 September 2023, for those who lead municipalities."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from conferences.models import Conference, ConferenceOrganiser, Publication
from network.models import Organisation
from programme.actions.publishing import publish
from programme.models import Contribution, Session, Speaker
from registrations.models import Tier

SLUG = "temamode-socialpsykiatri"
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
ANNOUNCED = date(2023, 6, 21)
DAY = date(2023, 9, 21)
ORGANISER = "Social- og Boligstyrelsen"

ABOUT = """\
Mange mennesker med psykiske lidelser kommer sig, når støtten er den rigtige. Samtidig mangler kommunerne både pladser, \
penge og hænder. Mødet handler om, hvad der sker, når en kommune lægger socialpsykiatrien om, så den arbejder \
recovery-orienteret og rehabiliterende.

- **Herning Kommune** fortæller om omlægningen: hvad den har betydet for borgerne, og hvordan udgifterne har udviklet sig.
- **Fire partnerskabskommuner** har arbejdet systematisk med tilgangen. Styrelsen viser, hvad man kan lære af dem.
- **Et koncept og et redskab**: hvordan man planlægger omlægningen, og hvordan man følger den i tal.
- **Hjælp på vej**: et kommende tilbud til kommuner, der vil have ekstra skub de næste år.
"""
TARGET_GROUP = (
    "Politikere, direktører og chefer med ansvar for socialpsykiatrien, og konsulenter, der arbejder for ledelsen. "
    "Både kommuner, der overvejer en omlægning, og kommuner, der er i gang."
)
PUBLICATIONS = (
    (
        "Koncept for udvikling og omlægning af socialpsykiatrien",
        "Syv korte udgivelser til forskellige aktører og medarbejdergrupper",
    ),
    (
        "Socialpsykiatriens Nøgletal",
        "Et redskab, som kommunen kan følge udvikling og resultater med",
    ),
)
SESSION = (
    "Vi begynder med Herning Kommunes erfaringer. Derefter fortæller styrelsen om de fire partnerskabskommuner, om "
    "konceptet og om nøgletallene, og til sidst om det kommende tilbud til kommunerne."
)


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), COPENHAGEN)


def load() -> None:
    if Conference.objects.filter(slug=SLUG).exists():
        return
    conference = Conference.objects.create(
        slug=SLUG,
        title="Temamøde: Læg socialpsykiatrien om",
        summary="To timer online for dem, der leder kommunen, om recovery-orienteret rehabilitering.",
        kind=Conference.Kind.THEME,
        format=Conference.Format.ONLINE,
        language=Conference.Language.DANISH,
        time_zone="Europe/Copenhagen",
        theme_questions="Hvad vinder borgerne, og hvad vinder kommunen?",
        about=ABOUT,
        target_group=TARGET_GROUP,
        starts_at=at(DAY, 10),
        ends_at=at(DAY, 12),
        contact_name="Adriana Pljevaljcic, fuldmægtig",
        contact_email="temamode@example.no",
        published_at=at(ANNOUNCED, 8),
        registration_opens_at=at(ANNOUNCED, 8),
    )
    organisation, _added = Organisation.objects.get_or_create(
        name=ORGANISER,
        merged_into=None,
        defaults={"kind": Organisation.Kind.OTHER, "country": Organisation.Country.DENMARK},
    )
    ConferenceOrganiser.objects.create(conference=conference, organisation=organisation)
    for position, (title, note) in enumerate(PUBLICATIONS):
        Publication.objects.create(
            conference=conference, title=title, note=note, language="da", position=position
        )
    Tier.objects.create(
        conference=conference,
        key="deltager",
        name_nb="Deltaker",
        name_nn="Deltakar",
        name_da="Deltager",
        name_en="Participant",
        audience_nb="For deg som leder, eller arbeider for dem som leder",
        audience_nn="For deg som leier, eller arbeider for dei som leier",
        audience_da="For dig, der leder, eller arbejder for dem, der leder",
        audience_en="For you who lead, or work for those who lead",
        price=0,
    )
    add_session(conference)
    publish(conference=conference, by=None)


def add_session(conference: Conference) -> None:
    session = Session.objects.create(
        conference=conference,
        key="temamode",
        kind=Session.Kind.TALK,
        title="Erfaringer, koncept og nøgletal",
        abstract=SESSION,
        starts_at=conference.starts_at,
        ends_at=conference.ends_at,
    )
    speaker, _added = Speaker.objects.get_or_create(
        name="Kirsten Bundgaard",
        defaults={"title": "chef for Handicap og Psykiatri", "affiliation": "Herning Kommune"},
    )
    Contribution.objects.create(session=session, speaker=speaker)
