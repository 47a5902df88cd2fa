"""The programme on paper."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from conferences.models import Conference
from programme import documents, queries
from programme.models import Session
from recovery_network.i18n import in_zone
from tests.factories import (
    make_conference,
    make_contribution,
    make_large_programme,
    make_room,
    make_session,
    make_track,
)

START = datetime(2031, 1, 15, 8, tzinfo=UTC)
PATH = "/arrangementer/konferansen/program.pdf"


@pytest.fixture
def conference(db: None) -> Conference:
    return make_conference(slug="konferansen", starts_at=START)


def told(conference: Conference) -> dict[str, object]:
    conference, sessions = queries.with_sessions(conference.pk)
    queries.load_people(sessions)
    with in_zone(conference.time_zone):
        return documents.programme(conference, sessions)


@pytest.mark.usefixtures("in_english")
def test_tells_all_that_the_page_does(conference: Conference) -> None:
    hour = timedelta(hours=1)
    session = make_session(
        conference,
        title="Et sted å bo",
        abstract="Om **bolig**.\n\n- en dør\n- et bord",
        content_note="Handler om tap.",
        room=make_room(conference.venue, "Salen"),
        track=make_track(conference, "Bolig"),
        starts_at=START,
        ends_at=START + hour,
    )
    make_contribution(session, "Åse Nøkkel", role="host", presented_as="vaktmester")
    make_session(conference, title="Stand", starts_at=START)
    make_session(conference, title="Lunsj", kind=Session.Kind.MEAL, starts_at=START + hour)
    empty = {"note": "", "abstract": "", "people": []}
    assert told(conference) == {
        "heading": "Programme",
        "conference": conference.title,
        "language": "nb",
        "when": "Wednesday 15 January 2031",
        "where": "Fjordsalen, Strandgata 1, 4300 Sandnes",
        "notice": "",
        "empty": "The programme is being made. Come back soon.",
        "days": [
            {
                "date": "Wednesday 15 January 2031",
                "slots": [
                    {
                        "when": "09:00",
                        "sessions": [
                            {"title": "Stand", "pause": False, "facts": "09:00", **empty},
                            {
                                "title": "Et sted å bo",
                                "pause": False,
                                "facts": "09:00–10:00 · Salen · Bolig",
                                "note": "Content note: Handler om tap.",
                                "abstract": "Om bolig.\n\n– en dør\n\n– et bord",
                                "people": [
                                    {"name": "Åse Nøkkel", "about": "programme host, vaktmester"}
                                ],
                            },
                        ],
                    },
                    {
                        "when": "10:00",
                        "sessions": [{"title": "Lunsj", "pause": True, "facts": "", **empty}],
                    },
                ],
            }
        ],
    }


@pytest.mark.parametrize(("language", "prefix"), [("nb", ""), ("da", "/da"), ("en", "/en")])
def test_is_a_tagged_pdf_in_the_language_of_the_page(
    outsider: Client, conference: Conference, language: str, prefix: str
) -> None:
    make_session(conference, title="🙂 #panic() \\ “å bo”", abstract="*\n\n#x[")
    response = outsider.get(f"{prefix}{PATH}")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response["Content-Disposition"] == 'inline; filename="konferansen-program.pdf"'
    content = response.content.replace(b" ", b"")
    assert f"/Lang({language})".encode() in content
    assert b"/StructTreeRoot" in content


def test_says_so_while_it_is_being_made_or_called_off(
    outsider: Client, conference: Conference
) -> None:
    assert outsider.get(PATH).status_code == 200
    Conference.objects.update(cancelled_at=conference.created_at)
    conference.refresh_from_db()
    assert told(conference)["notice"] == "Dette arrangementet er avlyst."
    assert outsider.get(PATH).status_code == 200


def test_a_large_one_is_made_once_and_kept(outsider: Client, conference: Conference) -> None:
    make_large_programme(conference)
    first = outsider.get(PATH)
    assert outsider.get(PATH).content == first.content
    assert len(first.content) > 100_000
