"""Two organisers at once on one programme: nothing is lost, nothing is published twice.

On SQLite, whose immediate transactions are the lock, the races run without controls.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest
from django.db import IntegrityError, connection

from conferences.models import Conference
from network.models import User
from programme import snapshots
from programme.actions import days, publishing
from programme.actions.days import Row, RowTrouble
from programme.errors import ProgrammeError
from programme.models import ProgrammeVersion, Session
from programme.snapshots import Snapshot
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work: list[Callable[[], object]]) -> list[object]:
    """All let go at the same moment; a refusal is a result like any other."""
    gate = threading.Barrier(len(work))

    def run(piece: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            gate.wait(timeout=20)
            return piece()
        except (ProgrammeError, RowTrouble, IntegrityError) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


@contextmanager
def without_the_lock(
    monkeypatch: pytest.MonkeyPatch, module: object, meet_at: str
) -> Iterator[None]:
    """Reads the conference without holding it; both meet before what they write."""
    together = threading.Barrier(2)
    really = getattr(module, meet_at)

    def meet(*args: object, **kwargs: object) -> object:
        together.wait(timeout=20)
        return really(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(module, "lock", lambda pk: Conference.objects.get(pk=pk))
        patch.setattr(module, meet_at, meet)
        yield


@pytest.fixture
def organisers(transactional_db: None) -> list[User]:
    return [factories.make_user(role="organiser") for _each in range(2)]


@pytest.fixture
def conference(transactional_db: None) -> Conference:
    return factories.make_conference()


def publish_twice(conference: Conference, organisers: list[User]) -> list[str]:
    factories.make_session(conference, published=False)
    results = at_once(
        [partial(publishing.publish, conference=conference, by=user) for user in organisers]
    )
    return sorted(str(each) for each in results)


def test_publishing_at_once_makes_one_version(
    conference: Conference, organisers: list[User]
) -> None:
    told = publish_twice(conference, organisers)
    assert "ProgrammeError" in told
    assert ProgrammeVersion.objects.count() == 1


@pytest.mark.postgresql
def test_control_without_the_lock_the_database_must_refuse(
    conference: Conference, organisers: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    together = threading.Barrier(2)
    take = snapshots.take

    def take_and_meet(rows: Iterable[Session]) -> Snapshot:
        found = take(rows)
        together.wait(timeout=20)
        return found

    monkeypatch.setattr(publishing, "lock", lambda pk: Conference.objects.get(pk=pk))
    monkeypatch.setattr(snapshots, "take", take_and_meet)
    assert "IntegrityError" in publish_twice(conference, organisers)


def row_of(session: Session, title: str) -> Row:
    return Row(
        index=0,
        number=session.pk,
        was=days.state_of(session),
        title=title,
        kind=session.kind,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )


def save_twice(conference: Conference, organisers: list[User]) -> list[str]:
    session = factories.make_session(conference, title="Først")
    row = row_of(session, "En")
    results = at_once(
        [
            partial(days.save_rows, conference=conference, rows=[mine], by=user)
            for user, mine in zip(organisers, (row, replace(row, title="To")), strict=True)
        ]
    )
    return sorted(type(each).__name__ if not isinstance(each, str) else each for each in results)


def test_the_later_of_two_is_told_and_the_earlier_stands(
    conference: Conference, organisers: list[User]
) -> None:
    assert save_twice(conference, organisers) == ["RowTrouble", "Saved"]
    assert Session.objects.get().title in {"En", "To"}


@pytest.mark.postgresql
def test_control_without_the_lock_one_is_lost(
    conference: Conference, organisers: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    with without_the_lock(monkeypatch, days, "write"):
        assert save_twice(conference, organisers) == ["Saved", "Saved"]


def test_different_rows_are_both_saved(conference: Conference, organisers: list[User]) -> None:
    sessions = [factories.make_session(conference, title="Først") for _each in range(2)]
    results = at_once(
        [
            partial(days.save_rows, conference=conference, rows=[row_of(session, "Ny")], by=user)
            for user, session in zip(organisers, sessions, strict=True)
        ]
    )
    assert [type(each).__name__ for each in results] == ["Saved", "Saved"]
    assert {session.title for session in Session.objects.all()} == {"Ny"}
