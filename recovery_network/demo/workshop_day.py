"""The Danish workshop day in two places, open for registration: three blocks of three workshops.

Times, titles and names are those of its programme; the texts are our own, and the dates follow the day of
the first load.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from conferences.models import Conference, ConferenceOrganiser, Series, Venue
from network.models import Organisation
from programme.actions.publishing import publish
from programme.models import ChoiceBlock, Contribution, Session, Speaker
from recovery_network.demo.gatherings import Kind, Person, Role
from recovery_network.demo.registrations import count_as_sent
from registrations.actions.applying import Application, Choice, PersonApplication
from registrations.actions.registering import register
from registrations.actions.workshops import change_workshop
from registrations.models import Tier

SLUG, OTHER_SLUG = "faglig-faellesskabsdag", "faglig-faellesskabsdag-hoje-taastrup"
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
TITLE = "Faglig Fællesskabsdag"
ORGANISER = "DS Region Øst"
OPEN_FOR = timedelta(days=21)
DS = "DS"

ABOUT = """\
En hel dag til fagligheden. Alle begynder og slutter sammen. Ind imellem vælger du selv: tre blokke med hver tre workshops.

**Sådan gør du:** Når du tilmelder dig, vælger du én workshop i hver blok. Er den fuld, kan du skrive dig på venteliste \
og samtidig holde en plads i en anden. Bliver der ledigt, flytter vi dig og skriver til dig.

Der er et begrænset antal pladser. Samme dag holdes to steder.
"""


@dataclass(frozen=True)
class Workshop:
    key: str
    title: str
    abstract: str
    people: Sequence[Person]
    seats: int


@dataclass(frozen=True)
class Block:
    key: str
    title: str
    start: str
    end: str
    workshops: Sequence[Workshop]


BLOCKS = (
    Block(
        "blok-1",
        "Workshops, blok 1",
        "11.00",
        "12.30",
        (
            Workshop(
                "lavere-sagstal",
                "Jobcenter Lærkevej – fra 225 til 50 sager",
                "Et jobcenter i København fik to år til at prøve, hvad der sker, når sagsstammen bliver langt mindre. "
                "Hvad betyder det for fagligheden, for trivslen og for samarbejdet med borgerne?",
                (
                    Person("Mette Landbo", "afdelingschef", "Jobcenter Lærkevej"),
                    Person("Isabell Langhoff", "socialrådgiver", "Jobcenter Lærkevej"),
                ),
                4,
            ),
            Workshop(
                "perspektiver",
                "Socialrådgivning på handicapområdet mellem konfliktende perspektiver",
                "Borgere og fagfolk ser ikke altid det samme problem. Med eksempler fra børn og voksne ser vi på, hvor "
                "synspunkterne støder sammen, og hvad det gør ved den, der skal få indsatsen til at hænge sammen.",
                (Person("Kjeld Høgsbro", "professor", "Aalborg Universitet"),),
                20,
            ),
            Workshop(
                "sammenhaeng",
                "Sammenhængende borgerforløb: hvorfor er det svært og hvad kræver det?",
                "Høje-Taastrup har skrevet en strategi for forløb, der hænger sammen. Hør, hvor det driller, og hvad det "
                "kræver af både systemet og dem, der arbejder i det.",
                (Person("Signe Maria Rasmussen", "specialkonsulent", "Høje-Taastrup Kommune"),),
                20,
            ),
        ),
    ),
    Block(
        "blok-2",
        "Workshops, blok 2",
        "13.15",
        "14.45",
        (
            Workshop(
                "saarbar-ung",
                "Psykisk sårbar ung i det sociale system",
                "Det første møde, opfølgningen og familiens plads, set fra borgerens side af bordet. Tag dine egne "
                "erfaringer med, for der bliver tid til at tale om dem.",
                (Person("Daniel Ken Togo", "", "SIND Ungdom"),),
                20,
            ),
            Workshop(
                "investeringer",
                "Investeringer på voksenområdet",
                "51 anbefalinger til kommuner, der vil bruge penge på socialt arbejde med voksne, før det bliver dyrere. "
                "Hvordan får vi dem til at leve i hverdagen?",
                (Person("Mette Grostøl", "konsulent", DS), Person("Mette Mariager Wolff")),
                20,
            ),
            Workshop(
                "retssikkerhed",
                "Hvem sikrer retssikkerheden?",
                "Reglerne er fine på papiret, og dagen er travl. En åben snak om, hvordan man som socialrådgiver kan "
                "komme i klemme, uden at det går ud over borgeren.",
                (Person("Anne Thielemann", "borgerrådgiver", "Faxe Kommune"),),
                20,
            ),
        ),
    ),
    Block(
        "blok-3",
        "Workshops, blok 3",
        "15.15",
        "16.45",
        (
            Workshop(
                "eftervaern",
                "Efterværn, der virker for alle",
                "Hvad sker der, når en udsat ung fylder 18? Guldborgsund Kommune har sat flere og mere tilpassede "
                "efterværn i gang. Om resultater, organisering og om det, der måtte laves om undervejs.",
                (Person("Johan Hornemann", "projektleder", "Guldborgsund Kommune"),),
                20,
            ),
            Workshop(
                "hjemloese",
                "Sammenhold og sammenhæng i arbejdet for – og med – hjemløse",
                "En tur rundt om de systemer, en hjemløs møder: jura og praksis, indflydelse for dem, det handler om, og "
                "samarbejdet mellem kommuner og andre.",
                (
                    Person(
                        "René Nielsen",
                        "formand for DS’ faggruppe Hjemløse",
                        "udviklingskonsulent i SAND",
                    ),
                ),
                20,
            ),
            Workshop(
                "laeserbrev",
                "Lær at skrive et læserbrev",
                "Du har noget på hjerte. Her får du redskaber til at skrive det, så det bliver læst og trykt.",
                (Person("Janne Tynell", "", DS), Person("Bjarke Christiansen", "", DS)),
                20,
            ),
        ),
    ),
)
TOGETHER = (
    "Alle er med. Vi finder historierne frem, både de gode og dem, der gik skævt, og bruger dem til at fortælle om "
    "faget på en ny måde."
)
SHARED: tuple[tuple[str, str, str, Session.Kind, str, str, Sequence[Person]], ...] = (
    ("08.45", "09.15", "morgenbroed", Kind.MEAL, "Morgenbrød", "", ()),
    ("09.15", "09.30", "velkomst", Kind.OPENING, "Velkomst", "", ()),
    (
        "09.30",
        "10.45",
        "staerkere-fortaelling",
        Kind.WORKSHOP,
        "Fælles om en stærkere fortælling",
        TOGETHER,
        (Person("Hakon Ask Jensen", "", "Forvandlende Fortællinger"),),
    ),
    ("10.45", "11.00", "pause", Kind.BREAK, "Pause", "", ()),
    ("12.30", "13.15", "frokost", Kind.MEAL, "Frokost", "", ()),
    ("14.45", "15.15", "kagepause", Kind.BREAK, "Kagepause", "", ()),
    (
        "16.45",
        "17.00",
        "opsamling",
        Kind.CLOSING,
        "Fælles opsamling og tak for i dag",
        "",
        (),
    ),
)
# What each chooses in the three blocks; behind a comma the second choice meanwhile.
CHOICES = (
    ("Agnes Øveby", "lavere-sagstal", "saarbar-ung", "eftervaern"),
    ("Bent Prøvelund", "lavere-sagstal", "retssikkerhed", "laeserbrev"),
    ("Conni Testrup", "lavere-sagstal", "investeringer", "hjemloese"),
    ("Dorte Opdigtet", "lavere-sagstal", "saarbar-ung", "laeserbrev"),
    ("Emil Øveby", "lavere-sagstal,perspektiver", "saarbar-ung", "hjemloese"),
    ("Freja Prøvelund", "lavere-sagstal,sammenhaeng", "investeringer", "eftervaern"),
    ("Gorm Testrup", "perspektiver", "retssikkerhed", "eftervaern"),
    ("Helle Opdigtet", "sammenhaeng", "retssikkerhed", "laeserbrev"),
)
CHANGES_MIND = ("Gorm Testrup", "lavere-sagstal")


def load() -> None:
    if Conference.objects.filter(slug__in=[SLUG, OTHER_SLUG]).exists():
        return
    series, _added = Series.objects.get_or_create(title=TITLE)
    now = timezone.now()
    first = weekday(now.astimezone(COPENHAGEN).date() + timedelta(days=42))
    here = add_day(SLUG, TITLE, first, "Region Øst", series, now)
    place = "Høje-Taastrup"
    add_day(OTHER_SLUG, f"{TITLE}, {place}", first + timedelta(days=7), place, series, now)
    sign_up(here)


def weekday(day: date) -> date:
    """A Wednesday on `day` or soon after, as the real one was held on a working day."""
    return day + timedelta(days=(2 - day.weekday()) % 7)


def at(day: date, clock: str) -> datetime:
    hour, minute = clock.split(".")
    return datetime.combine(day, time(int(hour), int(minute)), COPENHAGEN)


def add_day(
    slug: str, title: str, day: date, city: str, series: Series, now: datetime
) -> Conference:
    opened = at((now - OPEN_FOR).astimezone(COPENHAGEN).date(), "09.00")
    conference = Conference.objects.create(
        slug=slug,
        title=title,
        summary="En dag med ni workshops i tre blokke. Du vælger selv dine tre, når du tilmelder dig.",
        kind=Conference.Kind.WORKSHOP_DAY,
        language=Conference.Language.DANISH,
        time_zone="Europe/Copenhagen",
        about=ABOUT,
        target_group="Socialrådgivere i regionen.",
        starts_at=at(day, "08.45"),
        ends_at=at(day, "17.00"),
        venue=add_venue(city),
        series=series,
        contact_email="faellesskabsdag@example.no",
        capacity=60,
        published_at=opened,
        registration_opens_at=opened,
        registration_closes_at=at(day - timedelta(days=7), "23.59"),
        cancel_until=at(day - timedelta(days=2), "12.00"),
    )
    organisation, _added = Organisation.objects.get_or_create(
        name=ORGANISER,
        merged_into=None,
        defaults={"kind": Organisation.Kind.OTHER, "country": Organisation.Country.DENMARK},
    )
    ConferenceOrganiser.objects.create(conference=conference, organisation=organisation)
    Tier.objects.create(
        conference=conference,
        key="deltager",
        name_nb="Deltaker",
        name_nn="Deltakar",
        name_da="Deltager",
        name_en="Participant",
        price=0,
        organisation_required=False,
    )
    add_programme(conference, day)
    return conference


def add_venue(city: str) -> Venue:
    """The programme names no house, so neither do we."""
    venue, _added = Venue.objects.get_or_create(
        name="Stedet oplyses senere", city=city, defaults={"country": Organisation.Country.DENMARK}
    )
    return venue


def add_programme(conference: Conference, day: date) -> None:
    for start, end, key, kind, title, abstract, people in SHARED:
        session = Session.objects.create(
            conference=conference,
            key=key,
            kind=kind,
            title=title,
            abstract=abstract,
            starts_at=at(day, start),
            ends_at=at(day, end),
        )
        add_people(session, people)
    for position, block in enumerate(BLOCKS):
        row = ChoiceBlock.objects.create(
            conference=conference, key=block.key, title=block.title, position=position
        )
        for workshop in block.workshops:
            session = Session.objects.create(
                conference=conference,
                key=workshop.key,
                kind=Kind.WORKSHOP,
                title=workshop.title,
                abstract=workshop.abstract,
                starts_at=at(day, block.start),
                ends_at=at(day, block.end),
                block=row,
                capacity=workshop.seats,
            )
            add_people(session, workshop.people)
    publish(conference=conference, by=None)


def add_people(session: Session, people: Sequence[Person]) -> None:
    for position, person in enumerate(people):
        speaker, _added = Speaker.objects.get_or_create(
            name=person.name,
            defaults={"title": person.title, "affiliation": person.affiliation},
        )
        Contribution.objects.create(
            session=session, speaker=speaker, role=Role.FACILITATOR, position=position
        )


def sign_up(conference: Conference) -> None:
    """One workshop is full, two wait for it with a seat meanwhile, and one changes their mind."""
    for name, *chosen in CHOICES:
        register(conference=conference, application=application(conference, name, chosen))
    who, wanted = CHANGES_MIND
    change_workshop(
        registration=conference.registrations.get(name=who),
        session=conference.sessions.get(key=wanted),
        wait=True,
    )
    count_as_sent(conference)


def application(conference: Conference, name: str, chosen: Sequence[str]) -> Application:
    email = f"{name.lower().translate(str.maketrans('æøå ', 'eoa.'))}@example.no"
    workshops = tuple(choice(block, text) for block, text in zip(BLOCKS, chosen, strict=True))
    return Application(
        submission=uuid.uuid5(uuid.NAMESPACE_URL, f"demo/{conference.key}/{email}"),
        contact_name=name,
        contact_email=email,
        people=(PersonApplication("deltager", name, email, workshops=workshops),),
        language="da",
    )


def choice(block: Block, text: str) -> Choice:
    first, _comma, second = text.partition(",")
    return Choice(block.key, first, second)
