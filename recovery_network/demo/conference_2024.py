"""Sosial recovery-konferansen 2024 as it was announced on 3 January 2024: its facts, told in our words."""

from datetime import date

from conferences.models import Conference
from recovery_network.demo.gatherings import (
    Item,
    Kind,
    Person,
    Role,
    add_conference_tiers,
    add_gathering,
    add_programme,
    at,
    fredheim_arena,
)

SLUG = "sosial-recovery-konferansen-2024"
DAY = date(2024, 4, 18)
ANNOUNCED = date(2024, 1, 3)

BERGER = Person("Pål Berger", "erfaringskonsulent og prosjektleder", "Blå Kors")
SKRAM = Person("Silje Tara Skram")
BOE = Person("Tore Dag Bøe", "professor", "Institutt for psykososial helse, Universitetet i Agder")
AARRE = Person("Trond Aarre", "psykiater og fagsjef", "Helse Førde")
SVEIN = Person("Svein Helge L")
FELLOW = "offentlig ph.d.-stipendiat"
KVIA = Person("Aasa Kvia", FELLOW, "UiS, ansatt i Mestringsenheten i Sandnes")
PETERSEN = Person("Linda Hetland Petersen", FELLOW, "UiS, ansatt i Mestringsenheten i Sandnes")
SOGGIU = Person("Anna-Sabina Soggiu", affiliation="KORUS Oslo")

PROGRAMME = (
    Item(
        "08.30",
        "09.00",
        "registrering",
        Kind.REGISTRATION,
        "Registrering",
        "Dørene er åpne og kaffen er klar. Ta deg tid til å finne en plass der du sitter godt.",
    ),
    Item(
        "09.00",
        "09.25",
        "velkommen",
        Kind.OPENING,
        "Velkommen",
        "Vi begynner med musikk. Så tar programlederne oss i gang med dagen.",
        ((BERGER, Role.HOST), (SKRAM, Role.HOST)),
    ),
    Item(
        "09.25",
        "10.15",
        "trussel-makt-og-mening",
        Kind.TALK,
        "Trussel, makt og mening",
        "Hva har skjedd med et menneske, og hva gjorde det for å komme gjennom? Rammeverket leser smerte og "
        "væremåter ut fra relasjoner, livsvilkår og samfunn. Symptomer og diagnoser er ikke utgangspunktet.",
        ((BOE, Role.SPEAKER),),
    ),
    Item("10.15", "10.30", "pause-formiddag", Kind.BREAK, "Pause"),
    Item(
        "10.30",
        "11.15",
        "flere-veier-til-recovery",
        Kind.CONVERSATION,
        "Flere veier til recovery",
        "En psykiater og en erfaringskonsulent snakker sammen om at det ikke finnes én vei som passer for alle.",
        ((AARRE, Role.CONVERSATION_PARTNER), (BERGER, Role.CONVERSATION_PARTNER)),
    ),
    Item(
        "11.15",
        "11.30",
        "helsefellesskapet",
        Kind.TALK,
        "Helsefellesskapet?",
        "Helsefellesskapet har en tjenestemodellgruppe for rus og psykisk helse. Her får du vite hva den arbeider med.",
    ),
    Item("11.30", "12.30", "lunsj", Kind.MEAL, "Lunsj"),
    Item(
        "12.30",
        "13.00",
        "viking-fotballklubbs-nye-samfunnsavdeling",
        Kind.TALK,
        "Viking fotballklubbs nye samfunnsavdeling",
        "Hva kan skje når en fotballklubb og hjelpetjenester finner sammen? En halvtime om å samarbeide på tvers.",
        ((SVEIN, Role.SPEAKER), (SKRAM, Role.SPEAKER)),
    ),
    Item(
        "13.00",
        "13.45",
        "opptrappingsplanen",
        Kind.TALK,
        "Opptrappingsplanen",
        "To forskere som selv arbeider i en kommune, har lest det myndighetene skriver. De leter etter recovery, "
        "menneskerettigheter og medborgerskap, og finner for lite.",
        ((KVIA, Role.SPEAKER), (PETERSEN, Role.SPEAKER)),
    ),
    Item("13.45", "14.00", "pause-ettermiddag", Kind.BREAK, "Pause"),
    Item(
        "14.00",
        "15.00",
        "samarbeid-om-recoveryprosesser",
        Kind.TALK,
        "Hvordan samarbeide om recoveryprosesser og hvordan vi posisjonerer oss som profesjonelle hjelpere "
        "i samarbeid",
        "Anna-Sabina Soggiu har skrevet boken «Vi fattigfolk». I doktorgraden sin undersøkte hun tjenester til "
        "unge som strever med rus og psykisk helse.",
        ((SOGGIU, Role.SPEAKER),),
    ),
    Item(
        "15.00",
        "15.30",
        "oppsummering",
        Kind.DEBATE,
        "Oppsummering av dagen",
        "De som har holdt innlegg, møtes til en siste samtale: Hvor står sosial recovery nå?",
    ),
)

ABOUT = (
    "I 2024 er det tjue år siden rusreformen. Vi bruker dagen på å se etter hva som ble "
    "igjen av recovery i tjenestene, og hva som skal til for at folk kan leve livene sine "
    "der de bor.\n\n"
    "Dagen er for alle som bryr seg om dette, enten du kjenner det fra eget liv, fra "
    "familien, fra jobben eller fra forskningen. Programlederne er Pål Berger og Silje Tara "
    "Skram.\n\n"
    "Sommeren før spurte nettverket hva folk ønsker seg. 72 svarte. De ville ha både en "
    "årlig konferanse og kortere samlinger på nett."
)


def load() -> None:
    if Conference.objects.filter(slug=SLUG).exists():
        return
    announced = at(ANNOUNCED, "08.00")
    conference = add_gathering(
        slug=SLUG,
        title="Sosial recovery-konferansen 2024",
        summary="En dag i Sandnes om hvor recoveryperspektivet står, tjue år etter rusreformen.",
        theme="Tjue år etter rusreformen",
        theme_questions=(
            "Hvor står recoveryperspektivet?\nHar tjenestene rammer som muliggjør sosial recovery?"
        ),
        about=ABOUT,
        target_group="Ansatte, pasienter, pårørende, innbyggere og brukere.",
        starts_at=at(DAY, "08.30"),
        ends_at=at(DAY, "15.30"),
        venue=fredheim_arena(),
        contact_email="konferansen@example.no",
        published_at=announced,
        registration_opens_at=announced,
    )
    add_conference_tiers(conference, free_without_organisation=None)
    add_programme(conference, DAY, PROGRAMME)
