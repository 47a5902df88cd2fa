"""The survey of summer 2023 as it was announced: two questions, 72 answers. Every answer here is invented."""

from datetime import date
from typing import Any

from recovery_network.demo.gatherings import at
from surveys import files
from surveys.actions.building import put_in
from surveys.actions.tallying import tally
from surveys.actions.writing import write
from surveys.models import Question, Survey
from surveys.queries import read_questionnaire
from surveys.questionnaire import Questionnaire
from surveys.sheets import Given

SLUG = "nettverket-2023"
OPENED, CLOSED = date(2023, 6, 26), date(2023, 8, 20)
PUBLISHED = date(2023, 9, 15)

QUESTIONNAIRE: dict[str, Any] = {
    "format": files.FORMAT,
    "version": files.EDITION,
    "title": {
        "nb": "Hva skal nettverket være for deg?",
        "nn": "Kva skal nettverket vere for deg?",
        "da": "Hvad skal netværket være for dig?",
        "en": "What should the network be for you?",
    },
    "introduction": {
        "nb": "Nettverket ser etter veien videre og trenger innspill fra mange. To spørsmål, omtrent to "
        "minutter.\n\n**Dette er en demo: Alle de 72 svarene er oppdiktet.**",
        "nn": "Nettverket ser etter vegen vidare og treng innspel frå mange. To spørsmål, om lag to "
        "minutt.\n\n**Dette er ein demo: Alle dei 72 svara er oppdikta.**",
        "da": "Netværket ser efter vejen videre og har brug for input fra mange. To spørgsmål, cirka to "
        "minutter.\n\n**Dette er en demo: Alle 72 besvarelser er opdigtede.**",
        "en": "The network looks for its way ahead and needs the views of many. Two questions, about two "
        "minutes.\n\n**This is a demo: all 72 answers are invented.**",
    },
    "thanks": {
        "nb": "Styringsgruppen leser svarene i august og forteller i september hva de førte til.",
        "nn": "Styringsgruppa les svara i august og fortel i september kva dei førte til.",
        "da": "Styregruppen læser besvarelserne i august og fortæller i september, hvad de førte til.",
        "en": "The steering group reads the answers in August and tells in September what came of them.",
    },
    "sections": [
        {
            "questions": [
                {
                    "id": "nytte",
                    "kind": "several",
                    "text": {
                        "nb": "Hva i nettverket har du nytte av?",
                        "nn": "Kva i nettverket har du nytte av?",
                        "da": "Hvad i netværket har du gavn af?",
                        "en": "What in the network is of use to you?",
                    },
                    "required": True,
                    "choices": [
                        {
                            "id": "konferanse",
                            "text": {
                                "nb": "En årlig konferanse",
                                "nn": "Ein årleg konferanse",
                                "da": "En årlig konference",
                                "en": "A yearly conference",
                            },
                        },
                        {
                            "id": "nett",
                            "text": {
                                "nb": "Kortere samlinger på nett",
                                "nn": "Kortare samlingar på nett",
                                "da": "Kortere samlinger på nettet",
                                "en": "Shorter gatherings online",
                            },
                        },
                        {
                            "id": "folk",
                            "text": {
                                "nb": "Å bli kjent med andre på feltet",
                                "nn": "Å bli kjend med andre på feltet",
                                "da": "At lære andre på området at kende",
                                "en": "Getting to know others in the field",
                            },
                        },
                        {
                            "id": "kunnskap",
                            "text": {
                                "nb": "Ny kunnskap og forskning",
                                "nn": "Ny kunnskap og forsking",
                                "da": "Ny viden og forskning",
                                "en": "New knowledge and research",
                            },
                        },
                        {
                            "id": "verktoy",
                            "text": {
                                "nb": "Verktøy jeg kan bruke på jobb",
                                "nn": "Verktøy eg kan bruke på jobb",
                                "da": "Redskaber, jeg kan bruge på arbejdet",
                                "en": "Tools that I can use at work",
                            },
                        },
                    ],
                },
                {
                    "id": "dele",
                    "kind": "long_text",
                    "text": {
                        "nb": "Hvordan kan nettverket dele kunnskap og erfaring?",
                        "nn": "Korleis kan nettverket dele kunnskap og erfaring?",
                        "da": "Hvordan kan netværket dele viden og erfaring?",
                        "en": "How can the network share knowledge and experience?",
                    },
                    "help": {
                        "nb": "Ikke skriv noe som forteller hvem du eller andre er.",
                        "nn": "Ikkje skriv noko som fortel kven du eller andre er.",
                        "da": "Skriv ikke noget, der fortæller, hvem du eller andre er.",
                        "en": "Don't write anything that tells who you or others are.",
                    },
                },
            ]
        }
    ],
}

# What somebody chose, as letters: konferanse, nett, folk (f), kunnskap (u), verktøy (v); and what they wrote.
LETTERS = {"k": "konferanse", "n": "nett", "f": "folk", "u": "kunnskap", "v": "verktoy"}
ANSWERS = (
    ("knf", "Ta opp innleggene, så vi som har vakt, kan se dem etterpå."),
    ("kn", "En time på nett hver andre måned. Det får jeg tid til."),
    (
        "ku",
        "Jeg leder en avdeling. Send én side med det viktigste, som jeg kan ta med i ledermøtet.",
    ),
    ("nv", "Vis hvordan andre kommuner gjør det i praksis, også det som ikke gikk."),
    ("kf", "La frivillige organisasjoner presentere seg. Vi vet for lite om hverandre."),
    ("nu", "Del artikler i fulltekst, og si på to linjer hva de betyr."),
    ("kfu", "Sett forskere og folk med egen erfaring sammen om å skrive."),
    ("kn", ""),
    ("n", "Møter på nett er det eneste jeg rekker. Gjerne med opptak."),
    ("kfv", "Besøk hos hverandre. En formiddag sier mer enn en rapport."),
    ("ku", ""),
    ("knv", "Et enkelt bibliotek med verktøy vi kan skrive ut."),
    ("kf", "Mer tid til samtale rundt bordene og færre innlegg på rad."),
    ("nu", "Korte filmer vi kan vise på personalmøtet."),
    ("k", "En fast dag hvert år, så vi kan planlegge bemanningen."),
    ("kn", ""),
    ("nfv", "Et nyhetsbrev med tre punkter, ikke tretti."),
    ("kfu", "Vi i en frivillig forening vil gjerne bidra, men da må vi bli spurt i god tid."),
    ("ku", ""),
    ("kn", "Konferansen er viktig for å løfte blikket. Nett er viktig for å holde fast."),
    ("nv", "Lag en liste over hvem som kan hva, og som det er lov å ringe."),
    ("kf", ""),
    ("knu", "Inviter studenter. De tar det med seg ut i jobb."),
    ("kv", "Gi oss spørsmål vi kan ta opp i egen gruppe etterpå."),
    ("n", ""),
    ("kfn", "Spør brukersentrene hva de vil lære bort."),
    ("ku", "Som forsker trenger jeg steder å prøve ut ting sammen med noen."),
    ("kf", ""),
    ("nv", "En felles kalender der alle kan legge inn det som skjer."),
    ("knf", "Samlinger som ikke koster noe. Ellers er det alltid de samme som får reise."),
    ("u", ""),
    ("kn", "Del også tall: Hva endrer seg når folk får et sted å bo og noe å gå til?"),
    ("kfv", "Øvelser, ikke bare foredrag."),
    ("nu", ""),
    ("k", "Hold konferansen i sør-Rogaland, men la andre følge den på skjerm."),
    ("knv", "Korte kurs for nyansatte."),
    ("kf", "La de som har erfaring selv, lede samtalene."),
    ("n", ""),
    ("ku", "Legg ut lysbildene samme dag."),
    ("knf", ""),
    ("v", "Sjekklister og maler. Vi finner opp hjulet hver for oss."),
    ("kn", "To ledere fra hver kommune kunne møtes på nett to ganger i året."),
    ("kfu", ""),
    ("nf", "En fadderordning mellom steder som er kommet langt, og steder som begynner."),
    ("k", ""),
    ("knu", "Oversett det viktigste fra engelsk og dansk."),
    ("kv", ""),
    ("kf", "Fortell om boliger som virker. Det er der det stopper hos oss."),
    ("n", "Lydopptak, så jeg kan høre på bussen."),
    ("kn", ""),
    ("ku", "Samarbeid med høyskolen om et fagdagtilbud."),
    ("nfv", ""),
    ("kf", "Vi trenger mot fra andre. Del historier om ting som ble bedre."),
    ("kn", "Litt kortere dag, litt lengre lunsj."),
    ("nu", ""),
    ("kfv", "Arbeidsgrupper om ett tema, som leverer noe etter et halvt år."),
    ("k", "Si tidlig hva det koster, så jeg kan søke om å få reise."),
    ("kn", ""),
    ("u", "En årlig oversikt over ny forskning, skrevet så alle forstår."),
    ("knf", "La ledere komme, men ikke la dem ta all plassen."),
    ("nv", ""),
    ("kf", ""),
    ("kn", "Podkast med ti minutter om gangen."),
    ("kuv", "Pek på hva som står i planene, og hva vi faktisk kan kreve."),
    ("n", ""),
    ("kfn", "Ta med Nav. Arbeid og penger er halve saken."),
    ("kn", ""),
    ("nu", "Spørretime på nett med en forsker."),
    ("kf", ""),
    ("knv", "En side der vi kan legge ut det vi lager selv."),
    ("kn", ""),
    ("kfu", "Fortsett. Det er det eneste stedet vi møtes på tvers."),
)


def load() -> None:
    if Survey.objects.filter(slug=SLUG).exists():
        return
    plan = files.parse(QUESTIONNAIRE)
    survey = Survey.objects.create(
        slug=SLUG,
        title=plan.title,
        introduction=plan.introduction,
        thanks=plan.thanks,
        opens_at=at(OPENED, "08.00"),
        closes_at=at(CLOSED, "23.59"),
        summary_published_at=at(PUBLISHED, "09.00"),
        opened_on=CLOSED,
        created_at=at(OPENED, "08.00"),
    )
    put_in(survey=survey, plan=plan, by=None)
    Question.objects.filter(section__survey=survey).update(public=True)
    questionnaire = read_questionnaire(survey)
    sheets = [sheet(questionnaire, letters, text) for letters, text in ANSWERS]
    write(survey=survey, sheets=sheets, day=CLOSED)
    tally(survey=survey, by=None, now=at(PUBLISHED, "08.00"))


def sheet(questionnaire: Questionnaire, letters: str, text: str) -> list[Given]:
    use, share = questionnaire.questions
    places = [each["id"] for each in QUESTIONNAIRE["sections"][0]["questions"][0]["choices"]]
    chosen = [use.choices[places.index(LETTERS[letter])].pk for letter in letters]
    answers = [Given(use.version, option=pk) for pk in chosen]
    return [*answers, Given(share.version, text=text)] if text else answers
