import json
from collections import Counter
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client, TestCase
from pytest_django import Settings

from conferences.models import Conference
from network.models import Organisation, User
from network.queries import organisation_named
from programme.models import Contribution, Session
from recovery_network.demo import (
    accounts,
    coming,
    conference_2024,
    course,
    organisations,
    theme_meeting,
    workshop_day,
)
from recovery_network.demo.accounts import SIGN_INS
from recovery_network.mail.models import Mail
from registrations.models import Need, Registration, Tier
from registrations.queries import Ledger

HELD = "sosial-recovery-konferansen-2024"
COMING = "sosial-recovery-konferansen"
STEERING_GROUP = [
    "KORUS Stavanger",
    "Hå kommune",
    "Nav Rogaland",
    "Blå Kors Steg for Steg",
    "Sandnes kommune",
    "Jæren Recovery College",
    "Helse Stavanger",
]
# As the announcement of 3 January 2024 has it.
PROGRAMME_2024 = [
    ("08.30", "09.00", "Registrering", []),
    ("09.00", "09.25", "Velkommen", ["Pål Berger", "Silje Tara Skram"]),
    ("09.25", "10.15", "Trussel, makt og mening", ["Tore Dag Bøe"]),
    ("10.15", "10.30", "Pause", []),
    ("10.30", "11.15", "Flere veier til recovery", ["Trond Aarre", "Pål Berger"]),
    ("11.15", "11.30", "Helsefellesskapet?", []),
    ("11.30", "12.30", "Lunsj", []),
    ("12.30", "13.00", "Viking fotballklubbs nye samfunnsavdeling", ["Svein Helge L", "Silje Tara Skram"]),
    ("13.00", "13.45", "Opptrappingsplanen", ["Aasa Kvia", "Linda Hetland Petersen"]),
    ("13.45", "14.00", "Pause", []),
    (
        "14.00",
        "15.00",
        "Hvordan samarbeide om recoveryprosesser og hvordan vi posisjonerer oss som profesjonelle hjelpere i samarbeid",
        ["Anna-Sabina Soggiu"],
    ),
    ("15.00", "15.30", "Oppsummering av dagen", []),
]  # fmt: skip


def load() -> None:
    call_command("loaddemo", stdout=StringIO())


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def demo(db: None) -> None:
    load()


@pytest.fixture
def conference_of_2024(db: None) -> None:
    organisations.load()
    conference_2024.load()


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
    }


def local(session: Session) -> tuple[str, str]:
    zone = session.conference.zone
    assert session.ends_at
    return (
        session.starts_at.astimezone(zone).strftime("%H.%M"),
        session.ends_at.astimezone(zone).strftime("%H.%M"),
    )


class TestLoading:
    def test_a_second_time_changes_nothing(self, demo: None) -> None:
        before = rows()
        with time_machine.travel("2027-01-05T10:00:00Z"):
            call_command("loaddemo", stdout=StringIO())
        assert rows() == before

    def test_what_an_organiser_changed_stays(self, demo: None) -> None:
        Conference.objects.filter(slug=COMING).update(title="Vårt eget navn")
        call_command("loaddemo", stdout=StringIO())
        assert Conference.objects.get(slug=COMING).title == "Vårt eget navn"

    def test_is_refused_outside_the_demo(self, db: None, settings: Settings) -> None:
        settings.DEMO = False
        with pytest.raises(CommandError, match="passwords are public"):
            call_command("loaddemo")
        assert User.objects.count() == 0

    def test_prints_the_sign_ins_for_people_and_for_programs(self, db: None) -> None:
        for_people, for_programs = StringIO(), StringIO()
        call_command("loaddemo", stdout=for_people)
        call_command("loaddemo", "--json", stdout=for_programs)
        told = json.loads(for_programs.getvalue())
        assert [each["email"] for each in told] == [each.email for each in SIGN_INS]
        for each in told:
            assert f"{each['email']:<24} {each['password']}" in for_people.getvalue()


class TestAccounts:
    @pytest.mark.parametrize("sign_in", SIGN_INS, ids=lambda sign_in: sign_in.label)
    def test_can_sign_in(self, db: None, client: Client, sign_in: Any) -> None:
        accounts.load()
        response = client.post(
            "/konto/login/", {"login": sign_in.email, "password": sign_in.password}
        )
        assert (response.status_code, response["Location"]) == (302, "/min-side/")
        user = User.objects.get(email=sign_in.email)
        assert client.session["_auth_user_id"] == str(user.pk)
        assert (user.is_staff, user.is_superuser) == (bool(sign_in.role), False)
        groups = [group.name for group in user.groups.all()]
        assert groups == ([sign_in.role] if sign_in.role else [])
        assert EmailAddress.objects.get(user=user).verified


class TestConference2024:
    def test_has_its_twelve_items_with_times_and_people(self, conference_of_2024: None) -> None:
        sessions = Session.objects.filter(conference__slug=HELD)
        told = [
            (*local(session), session.title, [each.speaker.name for each in session.contributions.all()])
            for session in sessions
        ]  # fmt: skip
        assert told == PROGRAMME_2024

    def test_names_titles_affiliations_and_roles(self, conference_of_2024: None) -> None:
        told = {
            (each.session.key, each.speaker.name): (each.role, each.presentation())
            for each in Contribution.objects.filter(session__conference__slug=HELD)
        }
        berger = "erfaringskonsulent og prosjektleder, Blå Kors"
        fellow = "offentlig ph.d.-stipendiat, UiS, ansatt i Mestringsenheten i Sandnes"
        assert told == {
            ("velkommen", "Pål Berger"): ("host", berger),
            ("velkommen", "Silje Tara Skram"): ("host", ""),
            ("trussel-makt-og-mening", "Tore Dag Bøe"): (
                "speaker",
                "professor, Institutt for psykososial helse, Universitetet i Agder",
            ),
            ("flere-veier-til-recovery", "Trond Aarre"): (
                "conversation_partner",
                "psykiater og fagsjef, Helse Førde",
            ),
            ("flere-veier-til-recovery", "Pål Berger"): ("conversation_partner", berger),
            ("viking-fotballklubbs-nye-samfunnsavdeling", "Svein Helge L"): ("speaker", ""),
            ("viking-fotballklubbs-nye-samfunnsavdeling", "Silje Tara Skram"): ("speaker", ""),
            ("opptrappingsplanen", "Aasa Kvia"): ("speaker", fellow),
            ("opptrappingsplanen", "Linda Hetland Petersen"): ("speaker", fellow),
            ("samarbeid-om-recoveryprosesser", "Anna-Sabina Soggiu"): ("speaker", "KORUS Oslo"),
        }

    def test_was_held_at_fredheim_arena_on_18_april(self, conference_of_2024: None) -> None:
        conference = Conference.objects.get(slug=HELD)
        assert conference.state() == Conference.State.HELD
        assert conference.venue
        assert str(conference.venue) == "Fredheim Arena, Sandnes"
        starts, ends = (
            moment.astimezone(conference.zone).strftime("%Y-%m-%d %H.%M")
            for moment in (conference.starts_at, conference.ends_at)
        )
        assert (starts, ends) == ("2024-04-18 08.30", "2024-04-18 15.30")
        assert conference.published_at
        assert conference.published_at.astimezone(conference.zone).date() == date(2024, 1, 3)
        assert conference.questions() == [
            "Hvor står recoveryperspektivet?",
            "Har tjenestene rammer som muliggjør sosial recovery?",
        ]

    def test_was_arranged_by_the_steering_group(
        self, conference_of_2024: None, client: Client
    ) -> None:
        response = client.get(f"/arrangementer/{HELD}/")
        assert response.context["organisers"] == STEERING_GROUP

    def test_every_page_of_it_is_there(self, conference_of_2024: None, client: Client) -> None:
        for item in conference_2024.PROGRAMME:
            path = f"/arrangementer/{HELD}/program/{item.key}/"
            expected = 404 if item.kind in Session.PAUSES else 200
            assert client.get(path).status_code == expected, path


class TestThemeMeeting:
    def test_was_held_online_for_those_who_lead_danish_municipalities(
        self, db: None, client: Client
    ) -> None:
        theme_meeting.load()
        page = client.get("/da/arrangementer/temamode-socialpsykiatri/").content.decode()
        for fact in (
            "torsdag 21. september 2023",
            "kl. 10.00–12.00",
            "Online",
            "Politikere, direktører og chefer",
            "Social- og Boligstyrelsen",
            "Syv korte udgivelser",
            "Socialpsykiatriens Nøgletal",
            "Adriana Pljevaljcic",
            "Deltager",
            "gratis",
        ):
            assert fact in page
        programme = client.get("/da/arrangementer/temamode-socialpsykiatri/program/")
        assert "Kirsten Bundgaard" in programme.content.decode()
        conference = Conference.objects.get()
        assert (conference.state(), conference.time_zone) == ("held", "Europe/Copenhagen")
        speaker = Contribution.objects.get()
        assert (speaker.speaker.name, speaker.presentation()) == (
            "Kirsten Bundgaard",
            "chef for Handicap og Psykiatri, Herning Kommune",
        )


class TestComing:
    @pytest.mark.parametrize("today", ["2026-11-23", "2027-06-30", "2028-02-29"])
    def test_is_on_a_thursday_some_months_ahead(self, today: str) -> None:
        day = coming.conference_day(date.fromisoformat(today))
        assert day.isoweekday() == 4
        assert 150 <= (day - date.fromisoformat(today)).days < 157


class TestWhatIsLoaded(TestCase):
    """Loaded once for the class."""

    @classmethod
    def setUpTestData(cls) -> None:
        load()

    def test_is_open_with_300_places_and_the_same_tiers(self) -> None:
        conference = Conference.objects.get(slug=COMING)
        assert (conference.state(), conference.capacity) == (Conference.State.OPEN, 300)
        tiers = [
            list(
                Tier.objects.filter(conference__slug=slug).values_list(
                    "name_nb", "name_nn", "name_da", "name_en", "price", "limit_per_organisation"
                )
            )
            for slug in (HELD, COMING)
        ]
        assert tiers[0] == tiers[1]
        assert tiers[0] == [
            ("Ansatt", "Tilsett", "Medarbejder", "Employee", Decimal(500), None),
            ("Friplass", "Friplass", "Friplads", "Free place", Decimal(0), 5),
        ]

    def test_names_nobody_before_they_have_said_yes(self) -> None:
        held = [HELD, theme_meeting.SLUG, workshop_day.SLUG, workshop_day.OTHER_SLUG]
        contributions = Contribution.objects.exclude(session__conference__slug__in=held)
        assert contributions.count() == 0
        assert "Programmet er foreløpig" in Conference.objects.get(slug=COMING).about

    def test_has_registrations_in_every_state(self) -> None:
        states = Counter(
            Registration.objects.filter(conference__slug=COMING).values_list("state", flat=True)
        )
        assert states == {"confirmed": 35, "offered": 2, "waiting": 3, "lapsed": 1, "cancelled": 3}

    def test_a_course_has_registrations_to_approve(self) -> None:
        at_course = Registration.objects.filter(conference__slug=course.SLUG)
        states = Counter(at_course.values_list("state", flat=True))
        assert states == {"confirmed": 2, "pending": 4, "declined": 1}

    def test_two_organisations_are_at_their_five_and_nobody_beyond(self) -> None:
        conference = Conference.objects.get(slug=COMING)
        free = conference.tiers.get(key="friplass")
        ledger = Ledger.of(conference)
        taken = {
            organisation.name: ledger.taken_by(free, organisation.pk)
            for organisation in Organisation.objects.all()
        }
        at_five = sorted(name for name, number in taken.items() if number == 5)
        assert at_five == ["Fjordvik kommune", "Møteplassen Bua"]
        assert max(taken.values()) == 5

    def test_needs_are_told_and_agreed_to(self) -> None:
        needs = Need.objects.select_related("registration")
        assert {need.kind for need in needs} == {
            "allergy",
            "hearing_loop",
            "other",
            "quiet_room",
            "text_interpreter",
            "wheelchair",
        }
        for need in needs:
            purposes = need.registration.consents.values_list("purpose", flat=True)
            assert sorted(purposes) == ["needs", "terms"]

    def test_old_mails_have_gone_and_the_newest_are_left_for_the_worker(self) -> None:
        mails = Counter(Mail.objects.values_list("kind", "state"))
        assert mails == {
            ("confirmation", "sent"): 44,
            ("confirmation", "queued"): 2,
            ("awaiting_approval", "sent"): 5,
            ("not_approved", "queued"): 1,
            ("party", "queued"): 3,
            ("waiting_list", "sent"): 4,
            ("offer", "queued"): 3,
            ("offer_lapsed", "queued"): 1,
            ("cancellation", "queued"): 3,
            ("need_answered", "queued"): 2,
            ("workshops_changed", "queued"): 1,
        }

    def test_nobody_real_is_written_to(self) -> None:
        addresses = [*Mail.objects.values_list("recipient", flat=True)]
        addresses += User.objects.values_list("email", flat=True)
        addresses += Conference.objects.values_list("contact_email", flat=True)
        assert {address.rpartition("@")[2] for address in addresses} == {"example.no"}


class TestOrganisations:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("Haa kommune", "Hå kommune"),
            ("HÅ KOMM.", "Hå kommune"),
            ("NAV Rogaland", "Nav Rogaland"),
            ("Kompetansesenter rus Stavanger", "KORUS Stavanger"),
            ("Helse Stavanger HF", "Helse Stavanger"),
            ("Fyrlykta", "Brukersenteret Fyrlykta"),
        ],
    )
    def test_are_found_by_the_names_people_write(self, db: None, written: str, meant: str) -> None:
        organisations.load()
        found = organisation_named(written)
        assert found
        assert found.name == meant

    def test_have_no_numbers_that_could_be_somebodys(self, db: None) -> None:
        organisations.load()
        assert not Organisation.objects.exclude(number="").exists()


class TestWorkshopDay:
    def test_it_is_held_twice_as_its_programme_says(self, demo: None) -> None:
        days = Conference.objects.filter(series__title="Faglig Fællesskabsdag").order_by(
            "starts_at"
        )
        blocks = [
            [
                (block.title, [session.title[:23] for session in block.sessions.all()])
                for block in day.blocks.all()
            ]
            for day in days
        ]

        assert [day.slug for day in days] == [workshop_day.SLUG, workshop_day.OTHER_SLUG]
        assert [day.state() for day in days] == [Conference.State.OPEN] * 2
        assert blocks[0] == blocks[1]
        assert blocks[0] == [
            (
                "Workshops, blok 1",
                [
                    "Jobcenter Lærkevej – fr",
                    "Socialrådgivning på han",
                    "Sammenhængende borgerfo",
                ],
            ),
            (
                "Workshops, blok 2",
                [
                    "Psykisk sårbar ung i de",
                    "Investeringer på voksen",
                    "Hvem sikrer retssikkerh",
                ],
            ),
            (
                "Workshops, blok 3",
                [
                    "Efterværn, der virker f",
                    "Sammenhold og sammenhæn",
                    "Lær at skrive et læserb",
                ],
            ),
        ]
        times = [
            (local(session)[0], local(session)[1])
            for session in days[0].sessions.order_by("starts_at", "pk")
        ]
        assert list(dict.fromkeys(times)) == [
            ("08.45", "09.15"), ("09.15", "09.30"), ("09.30", "10.45"), ("10.45", "11.00"),
            ("11.00", "12.30"), ("12.30", "13.15"), ("13.15", "14.45"), ("14.45", "15.15"),
            ("15.15", "16.45"), ("16.45", "17.00"),
        ]  # fmt: skip

    def test_one_workshop_is_full_and_has_a_line_with_seats_meanwhile(self, demo: None) -> None:
        session = Session.objects.get(conference__slug=workshop_day.SLUG, key="lavere-sagstal")
        line = session.seats.in_line()

        assert (session.seats.held().count(), line.count()) == (session.capacity, 3)
        for seat in line:
            assert seat.registration.seats.held().filter(block=seat.block_id).count() == 1
