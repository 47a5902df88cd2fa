"""The database administrator tries to find out who answered what, with everything there is to look at.

The administrator knows who came to the page, in which order and when (say, from a proxy in front of the
site), sees every table with its hidden columns at every moment (backups, or the write-ahead log), every
sequence, the application's log, the outbox and the cache. What they lack is FIELD_KEYS. The same attacks
are carried out against a control that writes each answer down as it comes, where they succeed.
"""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.utils import timezone

from recovery_network.logs import JsonFormatter
from recovery_network.mail.models import Mail
from surveys import guards
from surveys.actions.opening import open_boxes
from surveys.actions.writing import day_of, write
from surveys.models import Answer, Envelope, Invitation, Response, Survey
from surveys.models.survey import LEAST
from surveys.pages import Desk
from surveys.sheets import Sheet
from surveys.views import answering as views
from tests import factories
from tests.factories.surveys import asking
from tests.surveys.answering import hidden, path_of, questions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_english")]

PEOPLE, A_DAY = 200, 20
START = datetime.fromisoformat("2026-03-02T08:00:00+01:00")
# Guessing an order is right once in the mean, whether five or 200 are in it. That more than this many of
# 200 guesses are right by luck alone is rarer than once in a million; the same for all batches together.
LUCK, LUCK_IN_BATCHES = 10, 35
# Batches are written in the order of their days, so whatever leans on the place of a row guesses an order
# within each of some eleven batches, and is right eleven times in the mean.
IN_BATCHES = (
    "by_place",
    "by_transaction",
    "by_envelopes_in_order",
    "by_log",
    "by_sequences",
    "by_outbox",
)
Row = dict[str, Any]
Guesses = dict[int, set[str]]


@dataclass
class Evidence:
    """What the administrator has; people are numbered in the order in which they came."""

    log: list[Row] = field(default_factory=list)
    # After each person, and after each night: how many had come by then, and the tables as they were.
    backups: list[tuple[int, dict[str, list[Row]]]] = field(default_factory=list)
    sequences: list[dict[str, int]] = field(default_factory=list)
    outbox: list[Row] = field(default_factory=list)
    # Not the administrator's: the response of each person, by which the test counts their successes.
    truth: dict[int, str] = field(default_factory=dict)

    @property
    def responses(self) -> list[Row]:
        return self.backups[-1][1]["responses"]

    def take_backup(self, came: int) -> None:
        self.backups.append((came, {"responses": dump(Response), "envelopes": dump(Envelope)}))
        self.sequences.append(sequences())


def dump(model: Any) -> list[Row]:
    """The table as it lies on the disk, with the columns that the database keeps for itself."""
    hidden_columns = (
        "ctid::text AS place, xmin::text AS writer"
        if on_postgresql()
        else "rowid AS place, 0 AS writer"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {hidden_columns}, * FROM {model._meta.db_table}")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    return [row | {"id": str(row["id"]).replace("-", "")} for row in rows]


def on_postgresql() -> bool:
    return connection.vendor == "postgresql"


def sequences() -> dict[str, int]:
    with connection.cursor() as cursor:
        if on_postgresql():
            cursor.execute(
                "SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE sequencename LIKE 'surveys%'"
            )
        else:
            cursor.execute("SELECT name, seq FROM sqlite_sequence WHERE name LIKE 'surveys%'")
        return dict(cursor.fetchall())


def place(row: Row) -> Any:
    """Where the row lies: page and line of PostgreSQL, or the number that SQLite gave it."""
    value = row["place"]
    return tuple(json.loads(f"[{value[1:-1]}]")) if isinstance(value, str) else value


# --- Attacks: each says for some people among which responses theirs must be -------------------


def in_order(evidence: Evidence, key: Callable[[Row], Any]) -> Guesses:
    """The first who came wrote the first row, and so on."""
    ordered = sorted(evidence.responses, key=key)
    return {person: {row["id"]} for person, row in enumerate(ordered)}


def by_place(evidence: Evidence) -> Guesses:
    return in_order(evidence, place)


def by_primary_key(evidence: Evidence) -> Guesses:
    return in_order(evidence, lambda row: row["id"])


def by_transaction(evidence: Evidence) -> Guesses:
    """Rows written together, in the order of their transactions, for the people in their order."""
    return in_order(evidence, lambda row: (int(row["writer"]), place(row)))


def by_day(evidence: Evidence) -> Guesses:
    """Whoever came on a day has one of the responses of that day."""
    guesses: Guesses = {}
    for person in range(PEOPLE):
        day = (START + timedelta(days=person // A_DAY)).date()
        guesses[person] = {r["id"] for r in evidence.responses if str(r["day"]) == str(day)}
    return guesses


def by_backups(evidence: Evidence) -> Guesses:
    """Who came between two backups has a response that is in the second and not in the first."""
    guesses: Guesses = {}
    for (came, before), (came_then, after) in zip(
        evidence.backups, evidence.backups[1:], strict=False
    ):
        new = ids(after["responses"]) - ids(before["responses"])
        for person in range(came, came_then):
            guesses[person] = new
    return guesses


def by_envelopes(evidence: Evidence) -> Guesses:
    """Each person's envelope is the one that is new after them; theirs is among what is written down when it
    vanishes. This is the sharpest of all, and shows what a batch is good for."""
    owner: dict[str, int] = {}
    guesses: Guesses = {}
    for (came, before), (came_then, after) in zip(
        evidence.backups, evidence.backups[1:], strict=False
    ):
        new = ids(after["envelopes"]) - ids(before["envelopes"])
        if came_then == came + 1 and len(new) == 1:
            owner[new.pop()] = came
        gone = ids(before["envelopes"]) - ids(after["envelopes"])
        written = ids(after["responses"]) - ids(before["responses"])
        guesses |= {owner[envelope]: written for envelope in gone if envelope in owner}
    return guesses


def by_envelopes_in_order(evidence: Evidence) -> Guesses:
    """As above, and within a batch the first envelope by place becomes the first response by place."""
    owner: dict[str, int] = {}
    guesses: Guesses = {}
    for (came, before), (came_then, after) in zip(
        evidence.backups, evidence.backups[1:], strict=False
    ):
        new = ids(after["envelopes"]) - ids(before["envelopes"])
        if came_then == came + 1 and len(new) == 1:
            owner[new.pop()] = came
        left = ids(after["envelopes"])
        gone = [
            row["id"] for row in sorted(before["envelopes"], key=place) if row["id"] not in left
        ]
        old = ids(before["responses"])
        written = [
            row["id"] for row in sorted(after["responses"], key=place) if row["id"] not in old
        ]
        for envelope, response in zip(gone, written, strict=False):
            if envelope in owner:
                guesses[owner[envelope]] = {response}
    return guesses


def by_length(evidence: Evidence) -> Guesses:
    """The longest envelope holds the longest answer: useful where envelopes differ at all."""
    seen = {
        row["id"]: len(bytes(row["sealed"]))
        for _came, tables in evidence.backups
        for row in tables["envelopes"]
    }
    if len(set(seen.values())) < 2:
        return {}
    texts = dict(Answer.objects.values_list("response_id", "text"))
    longest = sorted(texts, key=lambda key: len(texts[key]))
    return {person: {longest[person].hex} for person in range(len(longest))}


def by_log(evidence: Evidence) -> Guesses:
    """Each line of the log about an answer, with its time, beside the responses in their places."""
    lines = [
        line
        for line in evidence.log
        if line["route"].startswith(("undersokelser", "en/")) and line["method"] == "POST"
    ]
    ordered = sorted(evidence.responses, key=place)
    return {
        person: {row["id"]} for person, (_line, row) in enumerate(zip(lines, ordered, strict=False))
    }


def by_sequences(evidence: Evidence) -> Guesses:
    """A sequence that moves with each answer numbers the people."""
    moved = [
        before != after
        for before, after in zip(evidence.sequences, evidence.sequences[1:], strict=False)
    ]
    return by_place(evidence) if any(moved) else {}


def by_outbox(evidence: Evidence) -> Guesses:
    """A mail of thanks would tell the time and the address."""
    return by_place(evidence) if evidence.outbox else {}


ATTACKS = [
    by_place,
    by_primary_key,
    by_transaction,
    by_day,
    by_backups,
    by_envelopes,
    by_envelopes_in_order,
    by_length,
    by_log,
    by_sequences,
    by_outbox,
]


def ids(rows: list[Row]) -> set[str]:
    return {row["id"] for row in rows}


def linked(evidence: Evidence, guesses: Guesses) -> int:
    """How many people the attack really finds: their own response in a circle smaller than five."""
    return sum(
        evidence.truth[person] in circle and len(circle) < LEAST
        for person, circle in guesses.items()
    )


# --- What happens ------------------------------------------------------------------------------


@pytest.fixture
def log_lines() -> Iterator[list[Row]]:
    lines: list[Row] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(JsonFormatter().format(record)))

    logger, keep = logging.getLogger("recovery_network.requests"), Keep()
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(keep)
    yield lines
    logger.removeHandler(keep)
    logger.setLevel(level)


def text_of(person: int) -> str:
    """Of very different lengths, so that a length would give somebody away."""
    return f"svar {person} " + "a" * (person * 7)


def let_them_answer(
    client: Client, survey: Survey, log_lines: list[Row], roads: Sequence[Survey | Invitation]
) -> Evidence:
    """People come one after the other, twenty a day; each night boxes are opened; at last all is closed."""
    evidence = Evidence(log=log_lines)
    (asked,) = questions(survey)
    evidence.take_backup(0)
    for person, road in enumerate(roads):
        day, hour = divmod(person, A_DAY)
        with time_machine.travel(START + timedelta(days=day, seconds=hour // 5), tick=False):
            if hour == 0:
                client.get(path_of(road))
            page = guards.new_page_number(survey.slug)
            typed = {asked.name: text_of(person), "page": page, "go": "send"}
            assert client.post(path_of(road), typed).status_code == 303
            evidence.take_backup(person + 1)
        if hour == A_DAY - 1:
            with time_machine.travel(START + timedelta(days=day, hours=14), tick=False):
                open_boxes()
                open_boxes()  # once a day is enough, whatever the clock of the beat
                evidence.take_backup(person + 1)
    assert survey.closes_at
    with time_machine.travel(survey.closes_at + timedelta(hours=1), tick=False):
        open_boxes()
        evidence.take_backup(len(roads))
    evidence.outbox = [vars(mail) for mail in Mail.objects.all()]
    texts = {
        text.strip(): response.hex
        for response, text in Answer.objects.values_list("response_id", "text")
    }
    evidence.truth = {person: texts[text_of(person).strip()] for person in range(len(roads))}
    return evidence


def survey_of_a_month(**fields: Any) -> Survey:
    return factories.make_survey(
        [asking("long_text")],
        opens_at=START - timedelta(days=1),
        closes_at=START + timedelta(days=30),
        **fields,
    )


@pytest.fixture
def anonymous(client: Client, log_lines: list[Row]) -> Evidence:
    survey = survey_of_a_month()
    return let_them_answer(client, survey, log_lines, [survey] * PEOPLE)


@pytest.fixture
def confidential(client: Client, log_lines: list[Row]) -> Evidence:
    survey = survey_of_a_month(mode="confidential")
    invitations = [factories.make_invitation(survey) for _number in range(PEOPLE)]
    return let_them_answer(client, survey, log_lines, invitations)


@pytest.fixture
def control(client: Client, log_lines: list[Row], monkeypatch: pytest.MonkeyPatch) -> Evidence:
    """As surveys usually are: written down at once, with a line in the log for each."""

    def write_at_once(desk: Desk, sheet: Sheet) -> str:
        write(survey=desk.survey, sheets=[sheet.given()], day=day_of(timezone.now()))
        return "/"

    monkeypatch.setattr(views, "send_anonymously", write_at_once)
    monkeypatch.setattr("recovery_network.middleware.getattr", lambda *_names: False, raising=False)
    survey = survey_of_a_month()
    return let_them_answer(client, survey, log_lines, [survey] * PEOPLE)


def successes(evidence: Evidence) -> dict[str, int]:
    return {attack.__name__: linked(evidence, attack(evidence)) for attack in ATTACKS}


def assert_only_luck(found: dict[str, int]) -> None:
    for attack, right in found.items():
        assert right <= (LUCK_IN_BATCHES if attack in IN_BATCHES else LUCK), found


def test_not_one_of_200_anonymous_answers_is_linked(anonymous: Evidence) -> None:
    found = successes(anonymous)
    assert_only_luck(found)
    # Where circles are drawn instead of guesses, each holds five or more.
    for attack in (by_day, by_envelopes):
        assert found[attack.__name__] == 0
    assert min(len(circle) for circle in by_envelopes(anonymous).values()) >= LEAST
    assert len(by_envelopes(anonymous)) == PEOPLE
    assert (by_log(anonymous), by_outbox(anonymous), by_length(anonymous)) == ({}, {}, {})
    assert by_sequences(anonymous) == {}


def test_not_one_of_200_confidential_answers_is_linked(confidential: Evidence) -> None:
    found = successes(confidential)
    assert_only_luck(found)
    assert min(len(circle) for circle in by_envelopes(confidential).values()) >= LEAST
    assert Invitation.objects.filter(answered=True).count() == PEOPLE


def test_control_the_same_attacks_link_all_200_where_answers_are_written_at_once(
    control: Evidence,
) -> None:
    found = successes(control)
    links_all = {name for name, count in found.items() if count == PEOPLE}
    expected = {"by_place", "by_backups", "by_log"} | (
        {"by_transaction"} if on_postgresql() else set()
    )
    assert expected <= links_all, found


def test_nothing_of_an_answer_stays_in_the_cache(client: Client) -> None:
    survey = factories.make_survey()
    (asked,) = questions(survey)
    typed = {**hidden(client.get(path_of(survey))), asked.name: "Et hjem", "go": "send"}
    client.post(path_of(survey), typed)
    cache: Any = caches["pages"]
    kept = "".join(repr(value) for value in cache._cache.values())
    assert "Et hjem" not in kept
    subjects = {name.rpartition(":")[2].split("|")[0] for name in cache._cache}
    assert subjects == {"survey", "questionnaire"}
