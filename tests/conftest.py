"""The cast: the same few people through all tests."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from conferences.models import Conference
from network.models import User
from registrations.models import Registration, Tier
from tests import factories

# The same examples each time, however slow the machine is just then.
hypothesis_settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("steady")


@pytest.fixture(autouse=True)
def no_kept_pages() -> None:
    caches["pages"].clear()


@pytest.fixture(autouse=True)
def in_bokmal() -> Iterator[None]:
    """Where every test starts; the page of the test before may have spoken another language."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def in_english(in_bokmal: None) -> Iterator[None]:
    """The language of the source: tests of sentences stand whatever the catalogues say.

    Addresses that are reversed in it lead to the pages in English.
    """
    with translation.override("en"):
        yield


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
