from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from conferences.actions import touch
from conferences.models import Conference
from programme.actions.publishing import publish
from programme.models import Contribution, Session
from registrations.models import Tier
from tests import factories
from tests.factories import make_conference, make_contribution, make_session

PROGRAMME = "/arrangementer/konferansen/program/"
Role = Contribution.Role


def at(hour: int, minute: int = 0, *, day: int = 15) -> datetime:
    """UTC, an hour behind Norway in January."""
    return datetime(2031, 1, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def conference(db: None) -> Conference:
    return make_conference(slug="konferansen", starts_at=at(7, 30), ends_at=at(14, 30))


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


class TestProgramme:
    def test_tells_the_day_in_the_order_of_the_clock(
        self, outsider: Client, conference: Conference
    ) -> None:
        make_session(conference, "siste", title="Takk", starts_at=at(14), ends_at=at(14, 30))
        make_session(conference, "forste", title="Velkommen", starts_at=at(8), ends_at=at(8, 25))
        page = text(outsider, f"/en{PROGRAMME}")
        assert page.index("09:00–09:25") < page.index("Velkommen") < page.index("15:00–15:30")
        assert "kl. 09.00–09.25" in text(outsider, PROGRAMME)

    def test_tells_who_and_in_which_role(self, outsider: Client, conference: Conference) -> None:
        session = make_session(conference)
        make_contribution(session, "Kari Innleder", presented_as="professor, Høgskolen")
        make_contribution(session, "Ola Programleder", role=Role.HOST, position=1)
        page = text(outsider, f"/en{PROGRAMME}")
        assert "<b>Kari Innleder</b>" in page
        assert "professor, Høgskolen" in page
        assert "<b>Ola Programleder</b>, programme host" in page
        assert page.index("Kari Innleder") < page.index("Ola Programleder")

    def test_links_to_sessions_and_not_to_breaks(
        self, outsider: Client, conference: Conference
    ) -> None:
        make_session(conference, "foredrag", starts_at=at(8))
        make_session(conference, "pause", kind=Session.Kind.BREAK, starts_at=at(9))
        page = text(outsider, PROGRAMME)
        assert 'href="foredrag/"' in page
        assert 'href="pause/"' not in page

    def test_sessions_may_overlap_and_lack_an_end(
        self, outsider: Client, conference: Conference
    ) -> None:
        make_session(conference, "a", title="Lang", starts_at=at(8), ends_at=at(10))
        make_session(conference, "b", title="Midt i", starts_at=at(9))
        page = text(outsider, f"/en{PROGRAMME}")
        assert page.index("09:00–11:00") < page.index("10:00</time>")

    def test_tells_each_day_under_its_date_where_it_is_held(
        self, outsider: Client, conference: Conference
    ) -> None:
        make_session(conference, starts_at=at(8))
        make_session(conference, starts_at=at(22, 59))
        make_session(conference, starts_at=at(23))
        response = outsider.get(f"/en{PROGRAMME}")
        assert [(day.date.day, len(day.slots)) for day in response.context["days"]] == [
            (15, 2),
            (16, 1),
        ]
        page = response.content.decode()
        assert page.index("Wednesday 15 January 2031</h2>") < page.index(
            "Thursday 16 January 2031</h2>"
        )

    def test_says_so_while_it_is_being_made(self, outsider: Client, conference: Conference) -> None:
        assert "The programme is being made." in text(outsider, f"/en{PROGRAMME}")

    def test_is_not_there_under_another_address(self, outsider: Client, db: None) -> None:
        assert outsider.get("/arrangementer/finnes-ikke/program/").status_code == 404

    @pytest.mark.parametrize(("number", "registered"), [(1, 10), (3, 10), (3, 60)])
    def test_costs_three_queries_cold_and_one_kept(
        self,
        outsider: Client,
        conference: Conference,
        employee_tier: Tier,
        django_assert_num_queries: DjangoAssertNumQueries,
        number: int,
        registered: int,
    ) -> None:
        for each in range(number):
            session = make_session(conference, starts_at=at(8 + each))
            make_contribution(session, "Kari")
            make_contribution(session, "Ola")
        for _each in range(registered):
            factories.make_booking_row(employee_tier)
        with django_assert_num_queries(3):
            outsider.get(PROGRAMME)
        with django_assert_num_queries(1):
            outsider.get(PROGRAMME)

    def test_an_empty_one_costs_three_as_well(
        self,
        outsider: Client,
        conference: Conference,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        with django_assert_num_queries(3):
            outsider.get(PROGRAMME)

    def test_an_organisers_change_shows_at_once_when_it_is_published(
        self, outsider: Client, conference: Conference
    ) -> None:
        session = make_session(conference, title="Gammelt navn")
        before = text(outsider, PROGRAMME)
        Session.objects.filter(pk=session.pk).update(title="Nytt navn")
        touch(conference)
        assert text(outsider, PROGRAMME) == before
        publish(conference=conference, by=None)
        assert "Nytt navn" in text(outsider, PROGRAMME)

    @pytest.mark.parametrize(
        ("zone", "change", "told"),
        [
            ("Europe/Oslo", datetime(2027, 3, 28, tzinfo=UTC), ["01:30–03:30", "03:30–04:30"]),
            (
                "Europe/Copenhagen",
                datetime(2027, 3, 28, tzinfo=UTC),
                ["01:30–03:30", "03:30–04:30"],
            ),
            ("Europe/Oslo", datetime(2027, 10, 31, tzinfo=UTC), ["02:30–02:30", "02:30–03:30"]),
            (
                "Europe/Copenhagen",
                datetime(2027, 10, 31, tzinfo=UTC),
                ["02:30–02:30", "02:30–03:30"],
            ),
        ],
    )
    def test_no_talk_moves_when_the_clocks_change(
        self, outsider: Client, db: None, zone: str, change: datetime, told: list[str]
    ) -> None:
        half_past = change + timedelta(minutes=30)
        night = make_conference(slug="natten", starts_at=half_past, time_zone=zone)
        hour = timedelta(hours=1)
        make_session(night, "a", starts_at=half_past, ends_at=half_past + hour)
        make_session(night, "b", starts_at=half_past + hour, ends_at=half_past + 2 * hour)
        page = text(outsider, "/en/arrangementer/natten/program/")
        assert all(span in page for span in told)
        assert page.index(told[0]) < page.index(told[1])


class TestSession:
    def test_has_a_page_of_its_own(self, outsider: Client, conference: Conference) -> None:
        session = make_session(
            conference,
            "foredrag",
            title="Flere veier",
            abstract="Om **mange** veier.",
            content_note="Handler om tap.",
            location="Storsalen",
            starts_at=at(8),
            ends_at=at(9),
        )
        contribution = make_contribution(session, role=Role.CONVERSATION_PARTNER)
        contribution.speaker.biography = "Har vandret."
        contribution.speaker.save(update_fields=["biography"])
        page = text(outsider, f"/en{PROGRAMME}foredrag/")
        for words in (
            '<h1 lang="nb">Flere veier</h1>',
            "<strong>mange</strong>",
            "Handler om tap.",
            "Storsalen",
            "09:00–10:00",
            "Kari Innleder",
            "In conversation",
            "Har vandret.",
        ):
            assert words in page

    def test_leads_to_the_one_before_and_the_one_after(
        self, outsider: Client, conference: Conference
    ) -> None:
        make_session(conference, "a", title="Først", starts_at=at(8))
        make_session(conference, "pause", kind=Session.Kind.BREAK, starts_at=at(9))
        make_session(conference, "b", title="Midt", starts_at=at(10))
        make_session(conference, "c", title="Sist", starts_at=at(11))
        neighbours = [
            (found.context["before"], found.context["after"])
            for found in (outsider.get(f"{PROGRAMME}{key}/") for key in "abc")
        ]
        names = [[each.title if each else None for each in pair] for pair in neighbours]
        assert names == [[None, "Midt"], ["Først", "Sist"], ["Midt", None]]

    def test_strangers_scripts_are_harmless(self, outsider: Client, conference: Conference) -> None:
        evil = '<script>alert(1)</script> <img src=x onerror="alert(1)"> [x](javascript:alert(1))'
        make_session(conference, "foredrag", title="<b>fet</b>", abstract=evil, content_note=evil)
        page = text(outsider, f"{PROGRAMME}foredrag/")
        assert page.count("<script") == page.count('<script type="application/ld+json">') == 1
        assert page.count("</script>") == 1
        assert "<img src=x" not in page
        assert 'href="javascript' not in page
        assert "&lt;b&gt;fet&lt;/b&gt;" in page

    @pytest.mark.parametrize("key", ["finnes-ikke", "pause"])
    def test_is_not_there_for_breaks_or_unknown_ones(
        self, outsider: Client, conference: Conference, key: str
    ) -> None:
        make_session(conference, "pause", kind=Session.Kind.BREAK)
        assert outsider.get(f"{PROGRAMME}{key}/").status_code == 404

    def test_is_not_there_in_another_conference(
        self, outsider: Client, conference: Conference
    ) -> None:
        make_session(conference, "foredrag")
        make_conference(slug="en-annen")
        assert outsider.get("/arrangementer/en-annen/program/foredrag/").status_code == 404

    @pytest.mark.parametrize("number", [1, 3])
    def test_costs_four_queries_cold_and_one_kept(
        self,
        outsider: Client,
        conference: Conference,
        django_assert_num_queries: DjangoAssertNumQueries,
        number: int,
    ) -> None:
        for each in range(number):
            session = make_session(conference, f"okt-{each}", starts_at=at(8 + each))
            for person in range(number):
                make_contribution(session, f"Person {person}")
        with django_assert_num_queries(4):
            outsider.get(f"{PROGRAMME}okt-0/")
        with django_assert_num_queries(1):
            outsider.get(f"{PROGRAMME}okt-0/")


@pytest.mark.parametrize("path", ["", "foredrag/", "../program.ics"])
class TestEvery:
    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
    def test_is_only_read(
        self, outsider: Client, conference: Conference, path: str, method: str
    ) -> None:
        make_session(conference, "foredrag")
        address = f"/arrangementer/konferansen/{path[3:]}" if ".." in path else PROGRAMME + path
        assert getattr(outsider, method)(address).status_code == 405

    @pytest.mark.parametrize(("language", "prefix"), [("nb", ""), ("nn", "/nn"), ("da", "/da")])
    def test_is_there_in_every_language(
        self, outsider: Client, conference: Conference, path: str, language: str, prefix: str
    ) -> None:
        make_session(conference, "foredrag")
        address = f"/arrangementer/konferansen/{path[3:]}" if ".." in path else PROGRAMME + path
        response = outsider.get(prefix + address)
        assert response.status_code == 200
        assert response["Content-Language"] == language

    def test_cancelled_is_said_in_words(
        self, outsider: Client, conference: Conference, path: str
    ) -> None:
        make_session(conference, "foredrag")
        Conference.objects.update(cancelled_at=timezone.now())
        address = f"/arrangementer/konferansen/{path[3:]}" if ".." in path else PROGRAMME + path
        page = text(outsider, f"/en{address}")
        assert "cancelled" in page.lower()
