"""The coming conference and a small digital gathering: invented, and dated from the day of the first load."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from conferences.models import Conference, JoinDetails, OnTheDay
from recovery_network.demo.gatherings import (
    OSLO,
    Item,
    Kind,
    add_conference_tiers,
    add_gathering,
    add_programme,
    at,
    fredheim_arena,
)
from registrations.models import Tier

SLUG = "sosial-recovery-konferansen"
DIGITAL_SLUG = "erfaring-som-kunnskap"
OPEN_FOR = timedelta(days=28)

PROGRAMME = (
    Item(
        "08.30",
        "09.00",
        "registrering",
        Kind.REGISTRATION,
        "Registrering og kaffe",
        "Kom i god tid. Si fra ved skranken om det er noe du trenger.",
    ),
    Item(
        "09.00",
        "09.20",
        "velkommen",
        Kind.OPENING,
        "Velkommen",
        "Musikk, og noen ord fra nettverket om hvorfor vi møtes.",
    ),
    Item(
        "09.20",
        "10.10",
        "et-sted-a-bo",
        Kind.TALK,
        "Et sted å bo",
        "Hva betyr det å ha en dør du kan lukke selv? Om bolig som begynnelsen, ikke som premien til slutt. "
        "Hvem som holder innlegget, står her når det er avtalt.",
    ),
    Item("10.10", "10.30", "pause-formiddag", Kind.BREAK, "Pause"),
    Item(
        "10.30",
        "11.30",
        "jobb-som-passer",
        Kind.CONVERSATION,
        "En jobb som passer",
        "En samtale om arbeid, aktivitet og økonomi: Hva hjalp, og hva sto i veien? Vi leter etter to som vil snakke "
        "sammen på scenen.",
    ),
    Item("11.30", "12.30", "lunsj", Kind.MEAL, "Lunsj"),
    Item(
        "12.30",
        "13.45",
        "naboer-og-moteplasser",
        Kind.WORKSHOP,
        "Naboer, venner og møteplasser",
        "Vi arbeider rundt bordene. Hvert bord tegner et kart over steder der folk møtes, og finner ett sted som mangler.",
    ),
    Item("13.45", "14.10", "pause-ettermiddag", Kind.BREAK, "Pause"),
    Item(
        "14.10",
        "15.10",
        "hva-gjor-vi-mandag-morgen",
        Kind.DEBATE,
        "Hva gjør vi mandag morgen?",
        "Bordene legger fram det de fant. Så spør vi hverandre hva hver og en kan gjøre når vi er tilbake.",
    ),
    Item("15.10", "15.30", "takk-for-i-dag", Kind.CLOSING, "Takk for i dag"),
)

ABOUT = (
    "Sosial recovery handler om livet rundt en: et hjem, penger som rekker, noe å gå til, "
    "og folk som savner deg når du ikke er der. Denne dagen spør vi hva som kan bli bedre "
    "akkurat der.\n\n"
    "**Programmet er foreløpig.** Tidene står fast. Hvem som holder innleggene, kommer på "
    "plass de neste ukene."
)

PRACTICAL = """\
- Lunsj, kaffe og te er med.
- Du velger selv hvilket navn som står på navnelappen.
- Det finnes et rom der du kan trekke deg tilbake en stund.
- Kan du ikke komme likevel? Meld deg av med lenken i e-posten, så får en annen plassen.
"""


def conference_day(today: date) -> date:
    """A Thursday about five months ahead."""
    ahead = today + timedelta(days=150)
    return ahead + timedelta(days=(3 - ahead.weekday()) % 7)


def load() -> list[Conference]:
    """Adds those gatherings that are missing, and returns them."""
    now = timezone.now()
    added = []
    if not Conference.objects.filter(slug=SLUG).exists():
        added.append(add_conference(now))
    if not Conference.objects.filter(slug=DIGITAL_SLUG).exists():
        added.append(add_digital_gathering(now))
    return added


def add_conference(now: datetime) -> Conference:
    day = conference_day(now.astimezone(OSLO).date())
    opened = at((now - OPEN_FOR).astimezone(OSLO).date(), "09.00")
    a_week_before = at(day - timedelta(days=7), "23.59")
    conference = add_gathering(
        slug=SLUG,
        title=f"Sosial recovery-konferansen {day.year}",
        summary="En dag i Sandnes om livet utenfor behandlingen: hjem, arbeid, penger, venner og nabolag.",
        theme="Livet der du bor",
        theme_questions=(
            "Hva bærer deg når det er vanskelig?\n"
            "Hvem mangler rundt bordet når tjenestene planlegges?"
        ),
        about=ABOUT,
        target_group=(
            "Ansatte og ledere i kommuner, Nav og helsetjenester, frivillige, forskere, pasienter, "
            "pårørende, innbyggere og brukere."
        ),
        practical=PRACTICAL,
        starts_at=at(day, "08.30"),
        ends_at=at(day, "15.30"),
        venue=fredheim_arena(),
        contact_name="Oda Arrangør",
        contact_email="konferansen@example.no",
        capacity=300,
        published_at=opened,
        registration_opens_at=opened,
        registration_closes_at=a_week_before,
        cancel_until=a_week_before,
        change_until=a_week_before,
        substitute_until=at(day - timedelta(days=1), "12.00"),
        unnamed_until=at(day - timedelta(days=14), "12.00"),
        no_show_fee=Decimal(200),
        reminder_days="7, 1",
        offer_hours=48,
    )
    OnTheDay.objects.create(
        conference=conference,
        contact_name="Oda Arrangør",
        contact_phone="00 00 00 00",
        quiet_room="Rommet til venstre for garderoben. Ingen spør hvorfor du er der.",
        support_name="Stein Støtte",
        support_phone="00 00 00 01",
        support_note="Stein har gult skjerf, og står ved skranken i pausene.",
        emergency="Ring **113** hvis det haster. Si fra til noen med gult skjerf, så blir de hos deg.",
    )
    add_conference_tiers(conference, free_without_organisation=20)
    for days, percent in ((30, 50), (14, 100)):
        conference.cancellation_rules.create(days_before=days, percent=Decimal(percent))
    add_programme(conference, day, PROGRAMME)
    return conference


def add_digital_gathering(now: datetime) -> Conference:
    ahead = now.astimezone(OSLO).date() + timedelta(days=63)
    day = ahead + timedelta(days=(1 - ahead.weekday()) % 7)
    opened = at((now - OPEN_FOR).astimezone(OSLO).date(), "09.00")
    conference = add_gathering(
        slug=DIGITAL_SLUG,
        title="Digital samling: Erfaring som kunnskap",
        summary="En time på nett om hvordan det folk har levd, kan bety noe i tjenestene.",
        kind=Conference.Kind.DIGITAL,
        format=Conference.Format.ONLINE,
        theme_questions="Når teller erfaring som kunnskap, og hvem bestemmer det?",
        about="Kort innledning, samtale i små grupper, og en runde til slutt. Du kan ha kameraet av.",
        target_group="Alle som er nysgjerrige.",
        starts_at=at(day, "12.00"),
        ends_at=at(day, "13.00"),
        contact_email="konferansen@example.no",
        published_at=opened,
        registration_opens_at=opened,
    )
    Tier.objects.create(
        conference=conference,
        key="deltaker",
        name_nb="Deltaker",
        name_nn="Deltakar",
        name_da="Deltager",
        name_en="Participant",
        price=0,
        organisation_required=False,
    )
    JoinDetails.objects.create(
        conference=conference,
        url="https://video.example.no/erfaring-som-kunnskap",
        phone_number="00 00 00 00",
        phone_code="2604",
        help_text="Du trenger bare en nettleser. Kameraet kan være av, og du kan skrive i stedet for å snakke.",
        hours_before=48,
        opens_minutes_before=10,
    )
    return conference
