"""What organisers are shown before they publish, and what is compared and brought back afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conferences.models import Conference, Room
from network.models import User
from programme import changes, queries, snapshots
from programme.actions.publishing import publish
from programme.actions.restoring import restore
from programme.changes import What
from programme.models import Contribution, ProgrammeVersion, Session, Speaker, Track
from programme.snapshots import Snapshot
from tests.factories import make_contribution, make_room, make_session, make_track

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
HOUR = timedelta(hours=1)


def draft_of(conference: Conference) -> Snapshot:
    return snapshots.take(queries.draft_of(conference.pk))


def address(conference: Conference, page: str = "publish") -> str:
    return reverse(f"admin:conferences_conference_programme_{page}", args=[conference.pk])


def told(client: Client, path: str) -> list[tuple[str, list[str]]]:
    found = client.get(path).context["changes"]
    return [(each.change.title, each.sentences) for each in found]


@pytest.fixture
def desk(client: Client, organiser: User) -> Client:
    client.force_login(organiser)
    return client


@pytest.fixture
def talk(conference: Conference) -> Session:
    conference.starts_at = conference.starts_at.replace(hour=7, minute=0, second=0, microsecond=0)
    conference.save(update_fields=["starts_at"])
    session = make_session(conference, title="Flere veier", ends_at=conference.starts_at + HOUR)
    make_contribution(session, presented_as="professor")
    return session


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (lambda talk: Session.objects.update(title="Andre veier"), What.TITLE),
        (lambda talk: Session.objects.update(ends_at=talk.ends_at + HOUR), What.TIME),
        (lambda talk: Session.objects.update(ends_at=None), What.TIME),
        (lambda talk: Session.objects.update(location="ute"), What.PLACE),
        (lambda talk: Session.objects.update(kind="debate"), What.KIND),
        (lambda talk: Session.objects.update(abstract="Mer"), What.TEXT),
        (lambda talk: Session.objects.update(content_note="Tap"), What.TEXT),
        (lambda talk: Session.objects.update(key="annet"), What.ADDRESS),
        (lambda talk: Session.objects.update(language="da"), What.DETAILS),
        (lambda talk: Session.objects.update(track=make_track(talk.conference)), What.TRACK),
        (lambda talk: Contribution.objects.all().delete(), What.PEOPLE),
        (lambda talk: Contribution.objects.update(presented_as="lege"), What.PEOPLE),
        (lambda talk: Contribution.objects.update(role="host"), What.PEOPLE),
        (lambda talk: Session.objects.all().delete(), What.REMOVED),
    ],
)  # fmt: skip
def test_one_edit_is_one_change(talk: Session, edit: Any, what: What) -> None:
    before = draft_of(talk.conference)
    assert changes.compare(before, draft_of(talk.conference)) == []
    edit(talk)
    (change,) = changes.compare(before, draft_of(talk.conference))
    assert (change.what, change.guid) == ((what,), str(talk.guid))
    worth = {What.TITLE, What.TIME, What.PLACE, What.PEOPLE, What.REMOVED}
    assert change.is_worth_telling == (what in worth)


def test_the_page_says_what_is_new_in_words(
    desk: Client, conference: Conference, talk: Session
) -> None:
    day = talk.starts_at.astimezone(conference.zone)
    clock = f"{day.day} {day:%B %Y} {day:%H}"
    gone = make_session(conference, title="Borte", starts_at=talk.starts_at + 3 * HOUR)
    gone.delete()
    make_session(conference, published=False, title="Ny", starts_at=talk.starts_at + 2 * HOUR)
    talk.title, talk.starts_at = "Andre veier", talk.starts_at + timedelta(minutes=15)
    talk.room = make_room(conference.venue, "Salen")
    talk.save()
    make_contribution(talk, "Ola Vert", published=False, role="host", position=-1 + 2)
    assert told(desk, address(conference)) == [
        (
            "Andre veier",
            [
                f"Moved from {clock}:00–{day.hour + 1:02}:00 to {clock}:15–{day.hour + 1:02}:00.",
                "Place: none, now Salen (Fjordsalen).",
                "It was called “Flere veier”, now “Andre veier”.",
                (
                    "Contributors: Kari Innleder, professor. "
                    "Now: Kari Innleder, professor; Ola Vert (programme host)."
                ),
            ],
        ),
        ("Ny", [f"New: {day.day} {day:%B %Y} {day.hour + 2:02}:00."]),
        ("Borte", [f"Taken out. It was {day.day} {day:%B %Y} {day.hour + 3:02}:00."]),
    ]


def test_a_first_programme_is_all_new(desk: Client, conference: Conference) -> None:
    make_session(conference, published=False, title="Ny")
    page = desk.get(address(conference)).content.decode()
    assert "The programme was never published" in page
    assert [title for title, _words in told(desk, address(conference))] == ["Ny"]


def press(desk: Client, conference: Conference, **changed: str) -> Any:
    seen = desk.get(address(conference)).context["seen"]
    return desk.post(address(conference), {"seen": seen, "note": "", **changed}, follow=True)


def test_publishing_from_the_page(desk: Client, conference: Conference, organiser: User) -> None:
    make_session(conference, published=False, title="Ny")
    response = press(desk, conference, note="Endelig!")
    assert [str(each) for each in response.context["messages"]] == [
        "The programme is published as version 1."
    ]
    version = ProgrammeVersion.objects.get()
    assert (version.note, version.published_by) == ("Endelig!", organiser)
    assert "nothing has changed since" in desk.get(address(conference)).content.decode()


def test_pressing_twice_publishes_once(desk: Client, conference: Conference) -> None:
    make_session(conference, published=False)
    seen = desk.get(address(conference)).context["seen"]
    for _press in range(2):
        response = desk.post(address(conference), {"seen": seen, "note": ""}, follow=True)
    assert [str(each) for each in response.context["messages"]] == [
        "Nothing has changed since the programme was last published."
    ]
    assert ProgrammeVersion.objects.count() == 1


def test_what_was_not_looked_at_is_not_published_and_the_note_stays(
    desk: Client, conference: Conference
) -> None:
    make_session(conference, published=False)
    response = press(desk, conference, note="Ferdig", seen="en annen")
    assert [str(each) for each in response.context["messages"]] == [
        "Someone changed the draft meanwhile. Look through what is new once more."
    ]
    assert ">\nFerdig</textarea>" in response.content.decode()
    assert not ProgrammeVersion.objects.exists()
    again = {"note": "Ferdig", "seen": response.context["seen"]}
    desk.post(address(conference), again)
    assert ProgrammeVersion.objects.get().note == "Ferdig"


@pytest.mark.parametrize("note", ["x" * 501, "\u202eevil", "\x00"])
def test_a_note_that_cannot_be_is_told(desk: Client, conference: Conference, note: str) -> None:
    make_session(conference, published=False)
    response = press(desk, conference, note=note)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["note"]
    assert not ProgrammeVersion.objects.exists()


def test_an_editor_writes_and_compares_and_does_not_publish(
    client: Client, editor: User, conference: Conference
) -> None:
    make_session(conference)
    client.force_login(editor)
    assert client.get(address(conference)).status_code == 403
    assert client.post(address(conference), {"note": ""}).status_code == 403
    page = client.get(address(conference, "versions"))
    assert page.status_code == 200
    assert ">Publish<" not in page.content.decode()


class TestVersions:
    @pytest.fixture
    def two(self, conference: Conference, talk: Session) -> Conference:
        """Version 1 has a talk, version 2 another title and room, and a second session."""
        talk.title, talk.room = "Andre veier", make_room(conference.venue, "Salen")
        talk.track = make_track(conference, "Bolig")
        talk.save()
        make_session(conference, "b", published=False, title="Ny", starts_at=talk.starts_at + HOUR)
        publish(conference=conference, by=None, note="To")
        return conference

    def test_any_two_are_compared(self, desk: Client, two: Conference) -> None:
        page = address(two, "versions")
        forth, back = f"{page}?older=1&newer=2", f"{page}?older=2&newer=1"
        assert [title for title, _words in told(desk, forth)] == ["Andre veier", "Ny"]
        assert [title for title, _words in told(desk, back)] == ["Flere veier", "Ny"]
        assert told(desk, f"{page}?older=2&newer=draft") == []
        assert "They are the same." in desk.get(page).content.decode()

    @pytest.mark.parametrize(
        "query", ["?older=9&newer=1", "?older=1&newer=x", "?older=\x00&newer=1"]
    )
    def test_of_versions_that_are_not_there_is_nothing(
        self, desk: Client, two: Conference, query: str
    ) -> None:
        assert desk.get(address(two, "versions") + query).status_code == 404

    @pytest.mark.parametrize("number", ["9", "x", "", "-1", "99999999999999999999"])
    def test_what_is_not_there_is_not_brought_back(
        self, desk: Client, two: Conference, number: str
    ) -> None:
        assert desk.post(address(two, "versions"), {"restore": number}).status_code == 404

    def test_an_earlier_one_is_brought_back_and_published_again(
        self, desk: Client, two: Conference, talk: Session
    ) -> None:
        first, second = ProgrammeVersion.objects.order_by("number")
        response = desk.post(address(two, "versions"), {"restore": "1"})
        assert response["Location"] == address(two)
        assert draft_of(two) == first.snapshot
        assert queries.with_sessions(two.pk)[1][0].title == "Andre veier"
        press(desk, two)
        assert queries.with_sessions(two.pk)[1][0].title == "Flere veier"
        desk.post(address(two, "versions"), {"restore": "2"})
        assert draft_of(two) == second.snapshot

    def test_addresses_that_were_swapped_are_swapped_back(
        self, desk: Client, two: Conference, organiser: User
    ) -> None:
        a, b = Session.objects.filter(conference=two).order_by("starts_at")
        keys = a.key, b.key
        Session.objects.filter(pk=b.pk).update(key="x")
        Session.objects.filter(pk=a.pk).update(key=keys[1])
        Session.objects.filter(pk=b.pk).update(key=keys[0])
        restore(version=ProgrammeVersion.objects.get(number=2), by=organiser)
        assert [each.key for each in Session.objects.order_by("starts_at")] == list(keys)

    def test_what_is_gone_meanwhile_is_told_and_lost_as_little_as_can_be(
        self, desk: Client, two: Conference
    ) -> None:
        Session.objects.all().delete()
        Room.objects.all().delete()
        Track.objects.all().delete()
        Speaker.objects.all().delete()
        response = desk.post(address(two, "versions"), {"restore": "2"}, follow=True)
        assert [str(each) for each in response.context["messages"]] == [
            "The draft is now as version 2 was. Publish it when you are ready.",
            "Contributors left out because they are no longer known: 1.",
        ]
        talk = Session.objects.get(title="Andre veier")
        assert (talk.room, talk.location, str(talk.track)) == (None, "Salen", "Bolig")

    def test_an_editor_may_bring_back_and_a_treasurer_sees_nothing(
        self, client: Client, editor: User, treasurer: User, two: Conference
    ) -> None:
        client.force_login(treasurer)
        assert client.get(address(two, "versions")).status_code == 403
        assert client.post(address(two, "versions"), {"restore": "1"}).status_code == 403
        client.force_login(editor)
        assert client.post(address(two, "versions"), {"restore": "1"}).status_code == 302

    @pytest.mark.parametrize("versions", [1, 3])
    def test_the_list_costs_the_same_for_many(
        self, desk: Client, conference: Conference, versions: int, django_assert_num_queries: Any
    ) -> None:
        for number in range(versions):
            make_contribution(make_session(conference, published=False), published=False)
            publish(conference=conference, by=None, note=str(number))
        desk.get(address(conference, "versions"))
        with django_assert_num_queries(9):
            desk.get(address(conference, "versions"))
