"""The cast: the same few people through all tests."""

import pytest
from django.core.cache import caches
from django.test import Client

from conferences.models import Conference
from network.models import User
from registrations.models import Registration, Tier
from tests import factories


@pytest.fixture(autouse=True)
def no_kept_pages() -> None:
    caches["pages"].clear()


@pytest.fixture
def organiser(db: None) -> User:
    return factories.make_user("organisator@example.no", role="organiser", name="Olga Organisator")


@pytest.fixture
def editor(db: None) -> User:
    return factories.make_user("redaktor@example.no", role="editor", name="Ragnhild Redaktør")


@pytest.fixture
def treasurer(db: None) -> User:
    return factories.make_user("kasserer@example.no", role="treasurer", name="Kåre Kasserer")


@pytest.fixture
def doorkeeper(db: None) -> User:
    return factories.make_user("dorvakt@example.no", role="doorkeeper", name="Dina Dørvakt")


@pytest.fixture
def member(db: None) -> User:
    return factories.make_user("medlem@example.no", name="Mona Medlem")


@pytest.fixture
def outsider(client: Client) -> Client:
    """A browser that nobody has signed in with."""
    return client


@pytest.fixture
def conference(db: None) -> Conference:
    """Open for registration, 300 places."""
    return factories.make_conference(slug="konferansen", capacity=300)


@pytest.fixture
def employee_tier(conference: Conference) -> Tier:
    return factories.make_tier(conference)


@pytest.fixture
def free_tier(conference: Conference) -> Tier:
    return factories.make_free_tier(conference)


@pytest.fixture
def participant(employee_tier: Tier) -> Registration:
    """Confirmed, an employee of an organisation of their own."""
    return factories.make_registration(employee_tier, name="Per Deltaker", email="per@example.no")
