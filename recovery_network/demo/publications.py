"""What the network tells about itself: news, library, steering group, directory and the hub.

Facts are those of public announcements; the words are ours. Centres marked as invented are.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from network.languages import Language
from network.models import (
    Article,
    Hub,
    HubMember,
    Milestone,
    Organisation,
    Resource,
    ResourceSeries,
    SteeringSeat,
    Topic,
)
from network.regions import Region
from recovery_network.demo.organisations import STEERING_GROUP
from recovery_network.slugs import free_slug

Kind = Resource.Kind

CENTRES = (
    ("KBT", Region.TRONDELAG, "Et av de regionale brukerstyrte sentrene bak knutepunktet."),
    ("Brukersenteret Fyrlykta", Region.ROGALAND, "Oppdiktet senter i denne demoen."),
    ("Brukersenteret Nordlys", Region.TROMS, "Oppdiktet senter i denne demoen."),
    ("Brukersenteret Innsia", Region.INNLANDET, "Oppdiktet senter i denne demoen."),
    ("Brukersenteret Skjærgården", Region.AGDER, "Oppdiktet senter i denne demoen."),
)
TOPICS = (
    ("recovery", "Recovery", "Recovery", "Recovery", "Recovery"),
    ("brukermedvirkning", "Brukermedvirkning", "Brukarmedverknad", "Brugerinddragelse", "User involvement"),
    ("tjenester", "Tjenester", "Tenester", "Indsatser", "Services"),
    ("ledelse", "Ledelse", "Leiing", "Ledelse", "Leadership"),
)  # fmt: skip
RESOURCES: tuple[dict[str, Any], ...] = (
    {
        "slug": "kraftsentre-for-brukermedvirkning",
        "title": "Kraftsentre for brukermedvirkning? Evaluering av de regionale brukerstyrte sentrene",
        "summary": "Telemarksforsking ser på hva seks regionale brukerstyrte sentre får til, og hva som kan bli klarere.",
        "about": (
            "Helsedirektoratet bestilte evalueringen. Den finner mye aktivitet og mye frivillig innsats for pengene. "
            "Forskerne råder sentrene til å vise tydeligere hva hvert av dem er til for, og til å dele oppgavene mellom seg."
        ),
        "kind": Kind.REPORT,
        "year": 2015,
        "how_to_get": "Spør Telemarksforsking eller et av sentrene.",
        "topics": ("brukermedvirkning",),
    },
    {
        "slug": "sluttrapport-knutepunkt-for-recovery",
        "title": "Sluttrapport for Knutepunkt for Recovery",
        "summary": "Hva det vil si at fem brukerstyrte sentre er knutepunkt for recovery, utredet fra 2017 til 2019.",
        "about": (
            "Sentrene undersøkte sammen om de kunne være knutepunkt, og hva det ville kreve. Helsedirektoratet fikk rapporten "
            "og ba om at arbeidet går inn i det sentrene gjør til daglig."
        ),
        "kind": Kind.REPORT,
        "year": 2019,
        "how_to_get": "Spør KBT.",
        "topics": ("recovery", "brukermedvirkning"),
        "made_by": ("KBT",),
    },
    {
        "slug": "koncept-for-omlaegning",
        "title": "Koncept for strategisk udvikling og omlægning til recovery-orienteret rehabilitering",
        "summary": "Hvordan en kommune kan lægge sin socialpsykiatri om, skridt for skridt.",
        "kind": Kind.PUBLICATION,
        "year": 2023,
        "language": Language.DANISH,
        "how_to_get": "Spørg Social- og Boligstyrelsen.",
        "topics": ("recovery", "ledelse"),
        "series": True,
    },
    {
        "slug": "socialpsykiatriens-noegletal",
        "title": "Socialpsykiatriens Nøgletal",
        "summary": "Et redskab, der lader en kommune følge sin udvikling og sine resultater i tal.",
        "kind": Kind.TOOL,
        "year": 2023,
        "language": Language.DANISH,
        "how_to_get": "Spørg Social- og Boligstyrelsen.",
        "topics": ("ledelse", "tjenester"),
    },
)
ARTICLES: tuple[dict[str, Any], ...] = (
    {
        "slug": "hva-skal-nettverket-vaere-til",
        "title": "Hva skal nettverket være til?",
        "lead": "Det finnes mange konferanser og lite penger. Nå spør vi dem det gjelder hva nettverket bør bruke kreftene på.",
        "body": (
            "Etter læringsnettverket fra 2016 til 2018 har vi møttes til konferanse hvert år. Vi hører til i "
            "tjenestemodellgruppen for rus og psykisk helse i helsefellesskapet, men det er blitt vanskeligere å få "
            "pengene til å strekke til.\n\n"
            "Derfor ber vi om svar på to spørsmål: Hvordan kan du ha nytte av nettverket? Og hvordan kan vi dele det vi "
            "vet og har erfart? Det tar to minutter. Fristen er 20. august 2023."
        ),
        "published_at": datetime(2023, 6, 26, 8, tzinfo=UTC),
        "about": ("KORUS Stavanger",),
    },
    {
        "slug": "derfor-recovery-i-socialpsykiatrien",
        "title": "Temamøde om at lægge socialpsykiatrien om",
        "lead": "Den 21. september 2023 fortæller Herning Kommune og Social- og Boligstyrelsen online om gevinsterne.",
        "body": (
            "Flere og flere borgere har brug for støtte, og kommunerne mangler både penge og hænder. Samtidig ved vi, at "
            "mennesker kan komme sig, når støtten er den rette.\n\n"
            "Mødet er for politikere, direktører og chefer med ansvar for socialpsykiatrien, og for de konsulenter, der "
            "hjælper dem. Det er online fra kl. 10 til 12 og koster ikke noget."
        ),
        "language": Language.DANISH,
        "published_at": datetime(2023, 6, 21, 8, tzinfo=UTC),
    },
    {
        "slug": "72-svar",
        "title": "72 svar viser vei",
        "lead": "Ansatte, ledere, frivillige og forskere vil ha konferansen videre, og korte digitale møter ved siden av.",
        "body": (
            "Sommeren 2023 spurte vi hva nettverket skal være til. Styringsgruppen fikk 72 innspill.\n\n"
            "- Hold fast ved sosial recovery.\n"
            "- Fortsett med en konferanse hvert år.\n"
            "- Lag kortere workshoper og digitale møter mellom konferansene.\n\n"
            "Takk til alle som svarte. Dette tar vi med oss inn i planene."
        ),
        "published_at": datetime(2023, 10, 2, 8, tzinfo=UTC),
    },
    {
        "slug": "konferansen-18-april-2024",
        "title": "Vi møtes i Sandnes 18. april 2024",
        "lead": "Tjue år etter rusreformen spør vi hvor recovery står, og om tjenestene gir rom for den.",
        "body": (
            "Sosial recovery-konferansen er tilbake, denne gangen på Fredheim Arena fra klokken 08.30 til 15.30. Dagen "
            "handler om to spørsmål: Hvor står recoveryperspektivet? Har tjenestene rammer som gjør sosial recovery mulig?\n\n"
            "Ansatte betaler 500 kroner. Hver organisasjon kan ta med inntil fem pasienter, pårørende, innbyggere og brukere "
            "gratis.\n\n"
            "[Se programmet](/arrangementer/sosial-recovery-konferansen-2024/program/)"
        ),
        "published_at": datetime(2024, 1, 3, 8, tzinfo=UTC),
        "about": ("Sandnes kommune",),
    },
    {
        "slug": "fem-sentre-ett-knutepunkt",
        "title": "Fem sentre, ett knutepunkt",
        "lead": "Brukerstyrte sentre i fem regioner arbeider sammen for at recovery skal bli forstått og brukt.",
        "body": (
            "Sentrene ble til under opptrappingsplanen for psykisk helse mellom 1998 og 2008. De holder kurs, lager verktøy og "
            "hjelper forskere og tjenester å lytte til dem det gjelder.\n\n"
            "[Les om knutepunktet](/nettverket/knutepunkt/knutepunkt-for-recovery/)"
        ),
        "published_at": datetime(2024, 9, 10, 8, tzinfo=UTC),
        "about": ("KBT",),
    },
)
SERIES = {
    "slug": "koncept-for-omlaegning-af-socialpsykiatrien",
    "title": "Koncept for omlægning af socialpsykiatrien",
    "about": "Social- og Boligstyrelsen har samlet konceptet i syv korte udgivelser, hver til sin gruppe af læsere.",
    "language": Language.DANISH,
}
HUB = {
    "slug": "knutepunkt-for-recovery",
    "name": "Knutepunkt for recovery",
    "lead": "Fem regionale brukerstyrte sentre arbeider sammen, så flere kan leve et liv de selv finner mening i.",
    "about": (
        "For sentrene begynner recovery med mennesket, ikke med symptomene. Den enkelte setter sine egne mål og finner sin "
        "egen vei. Rettigheter, medborgerskap og deltakelse hører med."
    ),
    "tasks": (
        "Kurs, metoder og verktøy for brukere og pårørende\n"
        "Brukere med i evaluering og forskning\n"
        "Erfaringer samlet, skrevet ned og delt\n"
        "Bro mellom fag og erfaring"
    ),
    "partners": (
        "Brukere og pårørende, og organisasjonene deres\n"
        "Utdanning og forskning\n"
        "Kommuner\n"
        "Helseforetak"
    ),
}
MILESTONES = (
    ("1998–2008", "Sentrene blir til under opptrappingsplanen for psykisk helse."),
    ("2015", "Telemarksforsking evaluerer de seks sentrene som da finnes, for Helsedirektoratet."),
    ("2017–2019", "Sentrene utreder sammen om de kan være knutepunkt for recovery."),
    ("2019", "Sluttrapporten er klar. Helsedirektoratet vil at arbeidet går inn i det daglige."),
)


def load() -> None:
    """Adds what is missing, and leaves what somebody changed."""
    if Topic.objects.exists():
        return
    load_directory()
    load_steering_group()
    load_library()
    load_hub()
    load_news()


def load_directory() -> None:
    for name, region, about in CENTRES:
        Organisation.objects.update_or_create(
            name=name,
            merged_into=None,
            defaults={"kind": Organisation.Kind.USER_RUN_CENTRE, "region": region, "about": about},
        )
    names = [name for name, *_rest in (*STEERING_GROUP, *CENTRES)]
    for organisation in Organisation.objects.filter(name__in=names, merged_into=None):
        organisation.is_listed = True
        organisation.region = organisation.region or Region.ROGALAND
        organisation.slug = free_slug(organisation.name, Organisation.objects.all())
        organisation.save(update_fields=["is_listed", "region", "slug"])


def load_steering_group() -> None:
    for position, (name, _kind, _aliases) in enumerate(STEERING_GROUP):
        SteeringSeat.objects.create(
            organisation=Organisation.objects.get(name=name, merged_into=None),
            starts_on=date(2024, 1, 1),
            position=position,
        )


def load_library() -> None:
    for key, nb, nn, da, en in TOPICS:
        Topic.objects.create(key=key, name_nb=nb, name_nn=nn, name_da=da, name_en=en)
    series = ResourceSeries.objects.create(**SERIES)
    for each in RESOURCES:
        fields = dict(each)
        topics, makers = fields.pop("topics", ()), fields.pop("made_by", ())
        if fields.pop("series", False):
            fields["series"] = series
        resource = Resource.objects.create(
            **fields, published_at=datetime(fields["year"], 12, 1, tzinfo=UTC)
        )
        resource.topics.set(Topic.objects.filter(key__in=topics))
        resource.made_by.set(Organisation.objects.filter(name__in=makers, merged_into=None))


def load_hub() -> None:
    hub = Hub.objects.create(**HUB, is_public=True)
    for position, (name, _region, _about) in enumerate(CENTRES):
        HubMember.objects.create(
            hub=hub,
            organisation=Organisation.objects.get(name=name, merged_into=None),
            position=position,
        )
    for position, (period, text) in enumerate(MILESTONES):
        Milestone.objects.create(hub=hub, period=period, text=text, position=position)


def load_news() -> None:
    for each in ARTICLES:
        fields = dict(each)
        about = fields.pop("about", ())
        article = Article.objects.create(**fields, author="Redaksjonen")
        article.organisations.set(Organisation.objects.filter(name__in=about, merged_into=None))
    Article.objects.create(
        slug="takk-for-i-ar",
        title="Takk for i år",
        lead="En artikkel som kommer på nettstedet om en måned, av seg selv.",
        body="Den viser redaktører hvordan det er å skrive noe i forveien.",
        author="Redaksjonen",
        published_at=timezone.now() + timedelta(days=30),
    )
