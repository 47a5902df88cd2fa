"""A whole day written as a table, by one organiser and by two at a time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conferences.models import Conference
from network.models import User
from programme.admin.plan import PREFIX
from programme.models import Contribution, Session, Speaker
from recovery_network.audit.models import AuditEvent
from tests.factories import (
    make_conference,
    make_contribution,
    make_room,
    make_session,
    make_track,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def at(hour: int, minute: int = 0, *, day: int = 15) -> datetime:
    """UTC, an hour behind Norway in January."""
    return datetime(2031, 1, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def conference(db: None) -> Conference:
    return make_conference(slug="konferansen", starts_at=at(8), ends_at=at(15))


@pytest.fixture
def desk(client: Client, organiser: User) -> Client:
    client.force_login(organiser)
    return client


def page(conference: Conference, name: str = "", query: str = "") -> str:
    full = f"conferences_conference_programme{'_' if name else ''}{name}"
    return reverse(f"admin:{full}", args=[conference.pk]) + query


def as_shown(response: Any) -> dict[str, Any]:
    """What a browser sends back from the table if nobody types anything."""
    rows = response.context["rows"]
    data = {field.html_name: field.value() for field in rows.management_form}
    for form in rows:
        for field in form:
            value = field.value()
            if value in {None, False}:
                continue
            data[field.html_name] = value
            if field.field.show_hidden_initial:
                initial = rows.data.get(field.html_initial_name) if rows.is_bound else field.initial
                data[field.html_initial_name] = initial or ""
    return data


def typed(desk: Client, conference: Conference, query: str = "", **cells: str) -> dict[str, Any]:
    """The table with something typed: `start_3="09.00"` is the beginning in the fourth row."""
    data = as_shown(desk.get(page(conference, query=query)))
    for name, value in cells.items():
        field, _line, row = name.rpartition("_")
        data[f"{PREFIX}-{row}-{field}"] = value
    return data


def send(desk: Client, conference: Conference, data: dict[str, Any], query: str = "") -> Any:
    return desk.post(page(conference, query=query), data, follow=True)


def said(response: Any) -> list[str]:
    return [str(each) for each in response.context["messages"]]


def programme() -> list[tuple[str, str, str, list[str]]]:
    return [
        (
            f"{session.starts_at:%H:%M}",
            f"{session.ends_at:%H:%M}" if session.ends_at else "",
            session.title,
            [str(each) for each in session.contributions.all()],
        )
        for session in Session.objects.all()
    ]


class TestWriting:
    def test_rows_are_written_in_one_go(self, desk: Client, conference: Conference) -> None:
        room, track = make_room(conference.venue, "Salen"), make_track(conference, "Bolig")
        Speaker.objects.create(name="Kari Innleder", title="professor", affiliation="UiS")
        data = typed(
            desk, conference,
            start_0="09.00", end_0="9:30", title_0="Velkommen", kind_0="opening", people_0="Ola Vert (host)",
            start_1="kl. 0930", end_1="", title_1="Å bo", room_1=str(room.pk), track_1=str(track.pk),
            people_1="kari innleder; Per Ny, lege, Helse Førde",
        )  # fmt: skip
        response = send(desk, conference, data)
        assert said(response) == [
            "Saved: 2 new, 0 changed, 0 taken out.",
            "New among the contributors: Ola Vert, Per Ny. Are the names spelt right?",
        ]
        assert programme() == [
            ("08:00", "08:30", "Velkommen", ["Ola Vert (programme host)"]),
            ("08:30", "", "Å bo", ["Kari Innleder (speaker)", "Per Ny (speaker)"]),
        ]
        session = Session.objects.get(title="Å bo")
        assert (session.key, session.room, session.track) == ("a-bo", room, track)
        per = Speaker.objects.get(name="Per Ny")
        assert (per.title, per.affiliation) == ("lege", "Helse Førde")
        assert AuditEvent.objects.get(action="programme.edited").details == {
            "added": 2,
            "changed": 0,
            "removed": 0,
        }

    def test_readers_see_nothing_of_it_yet(self, desk: Client, conference: Conference) -> None:
        send(desk, conference, typed(desk, conference, start_0="09.00", title_0="Velkommen"))
        assert (
            "Velkommen" not in Client().get("/arrangementer/konferansen/program/").content.decode()
        )

    def test_what_is_left_alone_stays_as_it_was(self, desk: Client, conference: Conference) -> None:
        session = make_session(conference, starts_at=at(8), ends_at=at(9))
        make_contribution(session, "Kari, Innleder", presented_as="lege; forsker")
        before = programme(), Contribution.objects.values().get()
        response = send(desk, conference, typed(desk, conference))
        assert said(response) == ["Nothing was changed."]
        assert (programme(), Contribution.objects.values().get()) == before
        send(desk, conference, typed(desk, conference, title_0="Nytt"))
        assert Contribution.objects.values().get() == before[1]
        assert Session.objects.get().title == "Nytt"

    def test_people_are_kept_reordered_and_taken_out(
        self, desk: Client, conference: Conference
    ) -> None:
        session = make_session(conference, starts_at=at(8))
        for position, name in enumerate(("Kari", "Ola", "Per")):
            make_contribution(session, name, presented_as="lege", position=position)
        kept = Contribution.objects.get(speaker__name="Per")
        data = typed(desk, conference, people_0="Per, lege; Kari, sykepleier")
        send(desk, conference, data)
        told = [
            (each.pk, each.speaker.name, each.presented_as) for each in Contribution.objects.all()
        ]
        assert told[0] == (kept.pk, "Per", "lege")
        assert [each[1:] for each in told] == [("Per", "lege"), ("Kari", "sykepleier")]
        assert Speaker.objects.count() == 3

    def test_a_row_is_taken_out(self, desk: Client, conference: Conference) -> None:
        make_session(conference, starts_at=at(8), title="Bort")
        make_session(conference, starts_at=at(9), title="Blir")
        send(desk, conference, typed(desk, conference, remove_0="on"))
        assert [session.title for session in Session.objects.all()] == ["Blir"]

    def test_each_day_has_a_table_of_its_own(self, desk: Client, conference: Conference) -> None:
        Conference.objects.update(ends_at=at(15, day=16))
        make_session(conference, starts_at=at(8), title="Første dag")
        make_session(conference, starts_at=at(23), title="Etter midnatt")
        send(
            desk, conference,
            typed(desk, conference, "?day=2031-01-16", start_1="10.00", title_1="Andre dag"),
            "?day=2031-01-16",
        )  # fmt: skip
        shown = desk.get(page(conference, query="?day=2031-01-16")).context
        assert [form["title"].value() for form in shown["rows"] if form["number"].value()] == [
            "Etter midnatt",
            "Andre dag",
        ]
        assert [day for day, _noon in shown["days"]] == [date(2031, 1, 15), date(2031, 1, 16)]

    @pytest.mark.parametrize("day", ["x", "2031-13-01", "1900-01-01", "\x00", "2031-01-15T10"])
    def test_of_a_day_that_is_none_is_nothing(
        self, desk: Client, conference: Conference, day: str
    ) -> None:
        assert desk.get(page(conference), {"day": day}).status_code == 404

    def test_more_blank_rows_keep_what_was_typed(
        self, desk: Client, conference: Conference
    ) -> None:
        data = typed(desk, conference, start_0="når?", title_0="Halvferdig")
        response = send(desk, conference, {**data, "more": "1"})
        assert response.context["rows"].total_form_count() == 9
        assert response.context["rows"].forms[0]["title"].value() == "Halvferdig"
        assert not Session.objects.exists()

    @pytest.mark.parametrize(
        ("cells", "wrong"),
        [
            ({"start_0": "nitti", "title_0": "A"}, {"start"}),
            ({"start_0": "25.00", "title_0": "A"}, {"start"}),
            ({"start_0": "", "title_0": "A"}, {"start"}),
            ({"start_0": "09.00", "title_0": ""}, {"title"}),
            ({"start_0": "09.00", "title_0": "x" * 201}, {"title"}),
            ({"start_0": "09.00", "title_0": "\u202eevil"}, {"title"}),
            ({"start_0": "09.00", "end_0": "08.00", "title_0": "A"}, {"end"}),
            ({"start_0": "09.00", "end_0": "snart", "title_0": "A"}, {"end"}),
            ({"start_0": "09.00", "title_0": "A", "kind_0": "fest"}, {"kind"}),
            ({"start_0": "09.00", "title_0": "A", "room_0": "999999"}, {"room"}),
            ({"start_0": "09.00", "title_0": "A", "people_0": "x" * 121}, {"people"}),
        ],
    )
    def test_a_mistake_is_told_in_its_row_and_nothing_is_lost(
        self, desk: Client, conference: Conference, cells: dict[str, str], wrong: set[str]
    ) -> None:
        cells = {**cells, "start_1": "10.00", "title_1": "God rad"}
        response = send(desk, conference, typed(desk, conference, **cells))
        assert response.status_code == 200
        form, good = response.context["rows"].forms[:2]
        assert set(form.errors) == wrong
        assert good["title"].value() == "God rad"
        assert 'href="#row-1"' in response.content.decode()
        assert not Session.objects.exists()

    def test_two_of_one_name_are_not_guessed_at(self, desk: Client, conference: Conference) -> None:
        for title in ("lege", "prest"):
            Speaker.objects.create(name="Kari Innleder", title=title)
        data = typed(desk, conference, start_0="09.00", title_0="A", people_0="Kari Innleder")
        response = send(desk, conference, data)
        assert "Several people are called Kari Innleder." in response.content.decode()
        data[f"{PREFIX}-0-people"] = "Kari Innleder, prest"
        send(desk, conference, data)
        assert Contribution.objects.get().speaker.title == "prest"

    def test_who_only_looks_changes_nothing(
        self, client: Client, treasurer: User, conference: Conference
    ) -> None:
        client.force_login(treasurer)
        for name in ("", "paste", "shift"):
            assert client.get(page(conference, name)).status_code == 403
            assert client.post(page(conference, name), {}).status_code == 403

    @pytest.mark.parametrize("data", [{}, {"rows-TOTAL_FORMS": "x"}, {"rows-TOTAL_FORMS": "99999"}])
    def test_rubbish_is_answered(
        self, desk: Client, conference: Conference, data: dict[str, str]
    ) -> None:
        for extra in ({}, {"more": "1"}, {"earlier": "x"}, {"to_time": "x", "session": "\x00"}):
            assert desk.post(page(conference), {**data, **extra}).status_code in {200, 302}

    @pytest.mark.parametrize("number", [1, 3])
    def test_costs_the_same_for_many(
        self, desk: Client, conference: Conference, number: int, django_assert_num_queries: Any
    ) -> None:
        for each in range(number):
            room = make_room(conference.venue, f"Rom {each}")
            session = make_session(conference, starts_at=at(8 + each), room=room, published=False)
            make_contribution(session, f"Person {each}", published=False)
        desk.get(page(conference))
        with django_assert_num_queries(12):
            desk.get(page(conference))


class TestTwoAtATime:
    def test_a_row_that_someone_else_changed_is_told_and_theirs_stands(
        self, desk: Client, conference: Conference
    ) -> None:
        session = make_session(conference, starts_at=at(8), title="Først")
        mine = typed(desk, conference, title_0="Min", start_1="11.00", title_1="Min nye")
        send(desk, conference, typed(desk, conference, title_0="Deres"))
        response = send(desk, conference, mine)
        assert "Now it is: 09.00 Deres." in response.content.decode()
        assert [form["title"].value() for form in response.context["rows"].forms[:2]] == [
            "Min",
            "Min nye",
        ]
        assert [each.title for each in Session.objects.all()] == ["Deres"]
        send(desk, conference, as_shown(response))
        assert [each.title for each in Session.objects.all()] == ["Min", "Min nye"]
        assert Session.objects.get(title="Min").pk == session.pk

    def test_a_row_that_i_left_alone_is_theirs(self, desk: Client, conference: Conference) -> None:
        make_session(conference, starts_at=at(8), title="Først")
        make_session(conference, starts_at=at(9), title="Så")
        mine = typed(desk, conference, title_1="Min")
        send(desk, conference, typed(desk, conference, title_0="Deres"))
        assert said(send(desk, conference, mine)) == ["Saved: 0 new, 1 changed, 0 taken out."]
        assert [each.title for each in Session.objects.all()] == ["Deres", "Min"]

    def test_a_row_that_someone_took_out_can_be_put_in_again(
        self, desk: Client, conference: Conference
    ) -> None:
        make_session(conference, starts_at=at(8), title="Først")
        mine = typed(desk, conference, title_0="Min")
        Session.objects.all().delete()
        response = send(desk, conference, mine)
        assert "Someone else took this row out meanwhile." in response.content.decode()
        send(desk, conference, as_shown(response))
        assert [each.title for each in Session.objects.all()] == ["Min"]


class TestMoving:
    @pytest.fixture
    def three(self, conference: Conference) -> list[Session]:
        """09.00–09.25, five minutes, 09.30–10.30, and 10.30 without an end."""
        return [
            make_session(conference, title="A", starts_at=at(8), ends_at=at(8, 25)),
            make_session(conference, title="B", starts_at=at(8, 30), ends_at=at(9, 30)),
            make_session(conference, title="C", starts_at=at(9, 30)),
        ]

    def press(self, desk: Client, conference: Conference, **button: Any) -> Any:
        return send(desk, conference, typed(desk, conference) | button)

    def test_two_change_places_and_keep_their_durations(
        self, desk: Client, conference: Conference, three: list[Session]
    ) -> None:
        response = self.press(desk, conference, later=three[0].pk)
        assert said(response) == ["“A” now begins 10.05."]
        assert [row[:3] for row in programme()] == [
            ("08:00", "09:00", "B"),
            ("09:05", "09:30", "A"),
            ("09:30", "", "C"),
        ]
        self.press(desk, conference, earlier=three[0].pk)
        assert [row[:3] for row in programme()][:2] == [
            ("08:00", "08:25", "A"),
            ("08:30", "09:30", "B"),
        ]

    def test_one_without_an_end_changes_places_too(
        self, desk: Client, conference: Conference, three: list[Session]
    ) -> None:
        self.press(desk, conference, earlier=three[2].pk)
        assert [row[:3] for row in programme()] == [
            ("08:00", "08:25", "A"),
            ("08:30", "", "C"),
            ("09:30", "10:30", "B"),
        ]

    def test_only_with_one_in_the_same_room(
        self, desk: Client, conference: Conference, three: list[Session]
    ) -> None:
        Session.objects.filter(title="B").update(room=make_room(conference.venue, "Salen"))
        self.press(desk, conference, later=three[0].pk)
        assert [row[2] for row in programme()] == ["C", "B", "A"]
        response = self.press(desk, conference, later=three[1].pk)
        assert said(response) == ["There is nothing in its room to change places with."]

    def test_what_was_typed_is_saved_on_the_way(
        self, desk: Client, conference: Conference, three: list[Session]
    ) -> None:
        data = typed(desk, conference, title_0="Å")
        send(desk, conference, {**data, "later": three[0].pk})
        assert [row[2] for row in programme()] == ["B", "Å", "C"]
        data = typed(desk, conference, title_0="")
        send(desk, conference, {**data, "later": three[1].pk})
        assert [row[2] for row in programme()] == ["B", "Å", "C"]

    def test_one_is_put_at_another_time_and_in_another_room(
        self, desk: Client, conference: Conference, three: list[Session]
    ) -> None:
        room = make_room(conference.venue, "Salen")
        shown = desk.get(page(conference)).context["movable"]
        states = {f"was-{session.pk}": state for session, state in shown}
        chosen = {"session": three[1].pk, "to_time": "12.15", "to_room": room.pk}
        response = send(desk, conference, {**states, **chosen})
        assert said(response) == ["“B” now begins 12.15."]
        moved = Session.objects.get(title="B")
        assert (moved.starts_at, moved.ends_at, moved.room) == (at(11, 15), at(12, 15), room)
        response = send(desk, conference, {**states, **chosen, "to_time": "13.00"})
        assert "Someone else changed this row meanwhile." in said(response)[0]
        for wrong in ({"to_time": "x"}, {"to_room": "99"}, {"session": "99999"}, {"session": "x"}):
            send(desk, conference, {**states, **chosen, **wrong})
        assert Session.objects.get(title="B").starts_at == at(11, 15)

    def test_everything_after_a_time_is_shown_and_then_moved(
        self, desk: Client, conference: Conference, three: list[Session]
    ) -> None:
        make_session(conference, title="I morgen", starts_at=at(9, day=16))
        asked = {"after": "09.30", "minutes": "-10"}
        response = desk.get(page(conference, "shift"), asked)
        assert [each.title for each, _start, _end in response.context["preview"]] == ["B", "C"]
        assert Session.objects.get(title="B").starts_at == at(8, 30)
        desk.post(page(conference, "shift", "?day=2031-01-15"), {**asked, "confirmed": "1"})
        assert [row[:3] for row in programme()] == [
            ("08:00", "08:25", "A"),
            ("08:20", "09:20", "B"),
            ("09:20", "", "C"),
            ("09:00", "", "I morgen"),
        ]

    @pytest.mark.parametrize(
        "asked", [{"after": "x", "minutes": "5"}, {"after": "9", "minutes": "1e9"}]
    )
    def test_a_move_that_cannot_be_is_told(
        self, desk: Client, conference: Conference, three: list[Session], asked: dict[str, str]
    ) -> None:
        response = desk.post(page(conference, "shift"), {**asked, "confirmed": "1"})
        assert response.status_code == 200
        assert response.context["form"].errors


@pytest.mark.parametrize("zone", ["Europe/Oslo", "Europe/Copenhagen"])
class TestNightOfTheClocks:
    """28 March 2027 has no 02.30, 31 October 2027 has two."""

    def night(self, zone: str, day: datetime) -> Conference:
        return make_conference(
            starts_at=day, ends_at=day + timedelta(hours=8), time_zone=zone, slug="natten"
        )

    def test_the_hour_that_does_not_come_is_told(self, desk: Client, zone: str) -> None:
        night = self.night(zone, datetime(2027, 3, 27, 23, tzinfo=UTC))
        data = typed(desk, night, start_0="02.30", title_0="Aldri")
        response = send(desk, night, data)
        assert "this time does not come" in response.content.decode()
        data |= {f"{PREFIX}-0-start": "01.30", f"{PREFIX}-0-end": "03.30"}
        send(desk, night, data)
        session = Session.objects.get()
        assert session.ends_at is not None
        assert session.ends_at - session.starts_at == timedelta(hours=1)

    def test_the_hour_that_comes_twice_can_be_told_apart(self, desk: Client, zone: str) -> None:
        night = self.night(zone, datetime(2027, 10, 30, 22, tzinfo=UTC))
        data = typed(
            desk, night,
            start_0="01.30", end_0="02.30", title_0="A",
            start_1="02.30", end_1="02.30B", title_1="B",
            start_2="02.30B", end_2="03.30", title_2="C",
        )  # fmt: skip
        send(desk, night, data)
        hours = [
            (each.starts_at.hour, each.ends_at and each.ends_at.hour)
            for each in Session.objects.all()
        ]
        assert hours == [(23, 0), (0, 1), (1, 2)]
        shown = desk.get(page(night)).context
        assert [
            (form["start"].value(), form["end"].value())
            for form in shown["rows"]
            if form["number"].value()
        ] == [("01.30", "02.30"), ("02.30", "02.30B"), ("02.30B", "03.30")]
        assert shown["warnings"] == []
        assert not any(box.overlaps for box in shown["grid"].boxes)
        clocks = [line.clock for line in shown["grid"].lines]
        assert clocks[:6] == ["01.30", "02.00", "02.30", "02.00B", "02.30B", "03.00"]
        assert said(send(desk, night, typed(desk, night))) == ["Nothing was changed."]
