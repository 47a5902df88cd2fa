"""An organiser changes places while others book: one at a time, and neither waits for ever."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from conferences import actions, admin
from conferences.models import Conference
from network.models import User
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@contextmanager
def somebody_books(conference: Conference) -> Iterator[None]:
    """Another transaction holds the conference until the block is left."""
    held, done = threading.Event(), threading.Event()

    def book() -> None:
        try:
            with transaction.atomic():
                actions.lock(conference.pk)
                held.set()
                done.wait(timeout=20)
        finally:
            connection.close()

    thread = threading.Thread(target=book)
    thread.start()
    assert held.wait(timeout=20)
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=20)


def change_capacity(user: User, conference: Conference) -> list[str]:
    """The messages after an organiser has sent a form that is only half filled in."""
    client = Client()
    client.force_login(user)
    address = reverse("admin:conferences_conference_change", args=[conference.pk])
    response = client.post(address, {"capacity": "2"}, follow=True)
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def impatient(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '1s'")
        yield
        cursor.execute("RESET lock_timeout")


@pytest.mark.usefixtures("in_english", "impatient")
def test_change_waits_for_the_lock_and_then_says_so() -> None:
    organiser = factories.make_user(role="organiser")
    conference = factories.make_conference(capacity=1)
    with somebody_books(conference):
        told = change_capacity(organiser, conference)
    assert told == ["Nothing was saved: many are registering just now. Try again in a moment."]


@pytest.mark.usefixtures("impatient")
def test_control_without_the_lock_it_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin, "lock", lambda pk: Conference.objects.get(pk=pk))
    organiser = factories.make_user(role="organiser")
    conference = factories.make_conference(capacity=1)
    with somebody_books(conference):
        assert change_capacity(organiser, conference) == []
