"""A programme read by time, by track, by room, in part, and on the day itself."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from conferences.models import Conference
from programme.models import Session
from tests.factories import (
    make_conference,
    make_contribution,
    make_large_programme,
    make_room,
    make_session,
    make_track,
)

PROGRAMME = "/en/arrangementer/konferansen/program/"
Kind = Session.Kind


def at(hour: int, minute: int = 0, *, day: int = 15) -> datetime:
    """UTC, an hour behind Norway in January."""
    return datetime(2031, 1, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def conference(db: None) -> Conference:
    return make_conference(slug="konferansen", starts_at=at(7, 30), ends_at=at(14, 30, day=16))


@pytest.fixture
def workshops(conference: Conference) -> Conference:
    """A plenary, then three workshops beside each other in two tracks, a stand in the foyer, and a second day."""
    hall, small = make_room(conference.venue, "Salen"), make_room(conference.venue, "Kroken")
    home = make_track(conference, "Bolig")
    work = make_track(conference, "Arbeid", position=1)
    make_session(conference, "velkommen", title="Velkommen", kind=Kind.OPENING, room=hall, starts_at=at(8), ends_at=at(9))  # fmt: skip
    make_session(conference, "jobb", title="Jobb", kind=Kind.WORKSHOP, room=small, track=work, starts_at=at(9), ends_at=at(10))  # fmt: skip
    key = make_session(conference, "nokkel", title="En nøkkel", kind=Kind.WORKSHOP, room=hall, track=home, starts_at=at(9), ends_at=at(10, 30), content_note="Handler om tap.")  # fmt: skip
    make_contribution(key, "Åse Nøkkel", presented_as="vaktmester, Hå kommune")
    make_session(conference, "stand", title="Stand", location="Foajeen", starts_at=at(9))
    make_session(conference, "pause", title="Pause", kind=Kind.BREAK, starts_at=at(10))
    make_session(conference, "sist", title="Sist", language="en", room=hall, starts_at=at(8, day=16))  # fmt: skip
    return conference


def titles(sessions: Any) -> list[str]:
    return [session.title for session in sessions]


def shown(client: Client, **asked: str) -> list[str]:
    response = client.get(PROGRAMME, asked)
    assert response.status_code == 200
    return titles(response.context["found"])


class TestByTime:
    def test_sessions_that_begin_together_stand_in_one_slot_by_track(
        self, outsider: Client, workshops: Conference
    ) -> None:
        first, second = outsider.get(PROGRAMME).context["days"]
        slots = [[(card.session.title, card.column) for card in slot.cards] for slot in first.slots]
        assert slots == [
            [("Velkommen", 0)],
            [("Stand", 0), ("En nøkkel", 1), ("Jobb", 2)],
            [("Pause", 0)],
        ]
        assert (first.columns, len(second.slots)) == (2, 1)

    def test_each_tells_its_own_end_where_they_differ(
        self, outsider: Client, workshops: Conference
    ) -> None:
        page = outsider.get(PROGRAMME).content.decode()
        assert ">10:00</time>" in page
        assert "<span>until 11:00</span><span>Kroken</span><span>Arbeid</span>" in page
        assert "<span>until 11:30</span><span>Salen</span><span>Bolig</span>" in page

    def test_one_is_told_what_goes_on_already(
        self, outsider: Client, conference: Conference
    ) -> None:
        make_session(conference, title="Lang", starts_at=at(8), ends_at=at(11))
        make_session(conference, title="Midt i", starts_at=at(9), ends_at=at(10))
        make_session(conference, title="Slutt", starts_at=at(11))
        (day,) = outsider.get(PROGRAMME).context["days"]
        assert [titles(slot.still_on) for slot in day.slots] == [[], ["Lang"], []]

    def test_days_have_anchors_that_stay(self, outsider: Client, workshops: Conference) -> None:
        page = outsider.get(PROGRAMME).content.decode()
        for day in ("2031-01-15", "2031-01-16"):
            assert f'href="#d{day}"' in page
            assert f'<h2 id="d{day}">' in page
        assert "Wednesday 15 January – Thursday 16 January 2031" in page

    def test_what_may_be_hard_to_hear_is_said_before_one_chooses(
        self, outsider: Client, workshops: Conference
    ) -> None:
        for path in (PROGRAMME, f"{PROGRAMME}nokkel/"):
            page = re.sub("<[^>]+>", "", outsider.get(path).content.decode())
            assert "Content note: Handler om tap." in page


class TestByThread:
    def test_by_track_with_what_is_for_everyone_first(
        self, outsider: Client, workshops: Conference
    ) -> None:
        first, second = outsider.get(PROGRAMME, {"vis": "spor"}).context["threaded"]
        assert [(each.name, titles(each.sessions)) for each in first.threads] == [
            ("", ["Velkommen", "Stand", "Pause"]),
            ("Bolig", ["En nøkkel"]),
            ("Arbeid", ["Jobb"]),
        ]
        assert [each.name for each in second.threads] == [""]

    def test_by_room_with_other_places_last(self, outsider: Client, workshops: Conference) -> None:
        first, _second = outsider.get(PROGRAMME, {"vis": "rom"}).context["threaded"]
        assert [(each.name, titles(each.sessions)) for each in first.threads] == [
            ("", ["Pause"]),
            ("Kroken", ["Jobb"]),
            ("Salen", ["Velkommen", "En nøkkel"]),
            ("Foajeen", ["Stand"]),
        ]

    def test_what_was_chosen_stays_chosen(self, outsider: Client, workshops: Conference) -> None:
        page = unescape(outsider.get(PROGRAMME, {"type": "workshop"}).content.decode())
        assert 'href="?type=workshop&vis=rom"' in page


class TestChoosing:
    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"dag": "2031-01-16"}, ["Sist"]),
            ({"type": "workshop"}, ["Jobb", "En nøkkel"]),
            ({"sprak": "en"}, ["Sist"]),
            ({"q": "NØKKEL"}, ["En nøkkel"]),
            ({"q": "hå vaktmester"}, ["En nøkkel"]),
            ({"q": "foajeen"}, ["Stand"]),
            ({"q": "bolig"}, ["En nøkkel"]),
            ({"q": "noe helt annet"}, []),
            ({"type": "workshop", "q": "jobb"}, ["Jobb"]),
            ({"q": "  "}, ["Velkommen", "Jobb", "Stand", "En nøkkel", "Pause", "Sist"]),
        ],
    )
    def test_shows_what_fits(
        self, outsider: Client, workshops: Conference, asked: dict[str, str], found: list[str]
    ) -> None:
        assert sorted(shown(outsider, **asked)) == sorted(found)

    def test_by_track_and_room(self, outsider: Client, workshops: Conference) -> None:
        session = workshops.sessions.get(key="jobb")
        assert session.track is not None
        assert session.room is not None
        assert shown(outsider, spor=session.track.key) == ["Jobb"]
        assert shown(outsider, rom=session.room.key) == ["Jobb"]

    def test_says_how_many_and_offers_all(self, outsider: Client, workshops: Conference) -> None:
        page = outsider.get(PROGRAMME, {"q": "jobb"}).content.decode()
        assert "One session fits what you chose." in page
        assert 'value="jobb"' in page
        empty = outsider.get(PROGRAMME, {"q": "finnes ikke"}).content.decode()
        assert "Nothing in the programme fits what you chose." in empty
        assert f'href="{PROGRAMME}">Show everything' in empty

    @pytest.mark.parametrize(
        "asked",
        [
            {"dag": "i morgen"},
            {"spor": "x" * 500},
            {"rom": "' OR 1=1 --"},
            {"type": "<script>"},
            {"sprak": "kli"},
            {"vis": "alt"},
            {"q": "x" * 81},
            {"q": "nul\0tegn"},
        ],
    )
    def test_nonsense_is_answered_in_words_with_everything_below(
        self, outsider: Client, workshops: Conference, asked: dict[str, str]
    ) -> None:
        response = outsider.get(PROGRAMME, asked)
        assert response.status_code == 400
        assert "Something needs to be mended" in response.content.decode()
        assert len(response.context["found"]) == 6

    def test_a_short_day_needs_no_choices(self, outsider: Client, conference: Conference) -> None:
        make_session(conference)
        page = outsider.get(PROGRAMME).content.decode()
        assert "<form" not in page
        assert "By time" not in page

    def test_search_engines_are_sent_to_the_whole(
        self, outsider: Client, workshops: Conference
    ) -> None:
        page = outsider.get(PROGRAMME, {"q": "jobb"}).content.decode()
        assert f'<link rel="canonical" href="http://testserver{PROGRAMME}">' in page


def test_what_is_called_off_is_told_so_and_goes_nowhere_else(
    outsider: Client, conference: Conference
) -> None:
    make_session(conference, title="Borte", starts_at=at(8), called_off_at=at(7))
    page = outsider.get(PROGRAMME).content.decode()
    assert page.index("Borte") < page.index("Called off")
    assert b"Borte" not in outsider.get("/arrangementer/konferansen/program.xml").content
    with time_machine.travel(at(8, 10), tick=False):
        assert outsider.get(PROGRAMME).context["now"] is None


class TestNow:
    @pytest.mark.parametrize(
        ("moment", "on", "following"),
        [
            (at(7, 45), [], ["Velkommen"]),
            (at(8), ["Velkommen"], ["Jobb", "Stand", "En nøkkel"]),
            (at(9, 59), ["Jobb", "Stand", "En nøkkel"], ["Pause"]),
            (at(10, 15), ["En nøkkel", "Pause"], []),
            (at(8, 30, day=16), ["Sist"], []),
        ],
    )
    def test_tells_what_is_on_and_what_comes(
        self,
        outsider: Client,
        workshops: Conference,
        moment: datetime,
        on: list[str],
        following: list[str],
    ) -> None:
        with time_machine.travel(moment, tick=False):
            now = outsider.get(PROGRAMME).context["now"]
        assert (sorted(titles(now.on)), sorted(titles(now.following))) == (
            sorted(on),
            sorted(following),
        )

    @pytest.mark.parametrize("moment", [at(8, day=14), at(22), at(9, 30, day=16), at(8, day=17)])
    def test_says_nothing_on_other_days_or_when_all_is_over(
        self, outsider: Client, workshops: Conference, moment: datetime
    ) -> None:
        with time_machine.travel(moment, tick=False):
            assert outsider.get(PROGRAMME).context["now"] is None

    def test_a_kept_page_is_right_within_seconds(
        self, outsider: Client, workshops: Conference
    ) -> None:
        with time_machine.travel(at(7, 59), tick=False) as clock:
            before = outsider.get(PROGRAMME).content.decode()
            clock.shift(timedelta(seconds=66))
            after = outsider.get(PROGRAMME).content.decode()
        assert "<h3>Now</h3>" not in before
        assert "<h3>Now</h3>" in after


class TestLarge:
    """Five hundred sessions in twenty rooms over three days."""

    @pytest.fixture
    def large(self, conference: Conference) -> Conference:
        make_large_programme(conference)
        return conference

    def test_is_shown_with_few_queries_and_little_around_the_text(
        self,
        outsider: Client,
        large: Conference,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        with django_assert_num_queries(3):
            page = outsider.get(PROGRAMME).content
        with django_assert_num_queries(1):
            assert outsider.get(PROGRAMME).content == page
        body = re.sub(rb"<script.*?</script>", b"", page[page.index(b"<body") :], flags=re.DOTALL)
        text = unescape(re.sub(r"<[^>]+>", " ", body.decode()))
        assert len(re.findall("<h3", body.decode())) == 500
        assert len(page) <= 3 * len(re.sub(r"\s+", " ", text).encode())

    @pytest.mark.parametrize("view", ["spor", "rom"])
    def test_by_track_and_room_too(
        self,
        outsider: Client,
        large: Conference,
        django_assert_num_queries: DjangoAssertNumQueries,
        view: str,
    ) -> None:
        with django_assert_num_queries(3):
            assert outsider.get(PROGRAMME, {"vis": view}).status_code == 200
