"""A raised limit is kept to as strictly as the common one, however many come at once."""

import pytest

from registrations.actions.overriding import raise_limit
from registrations.models import Registration
from tests import factories
from tests.races.test_places import register_all, without_the_lock

pytestmark = pytest.mark.django_db(transaction=True)


def race() -> int:
    """How many of one organisation got a place, of a dozen who came at once; its limit is seven."""
    tier = factories.make_free_tier(factories.make_conference())
    home = factories.make_organisation()
    by = factories.make_user(role="organiser")
    raise_limit(tier=tier, organisation=home, limit=7, reason="Egen buss", by=by)
    register_all(tier, home)
    return Registration.objects.confirmed().filter(booking__organisation=home).count()


def test_a_raised_limit_is_never_exceeded() -> None:
    assert race() == 7


@pytest.mark.postgresql
def test_control_without_the_lock_a_raised_limit_is_exceeded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with without_the_lock(monkeypatch):
        assert race() > 7
