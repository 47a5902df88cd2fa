"""Each rule about data, broken against the database itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from membership.models import ConsentRecord, JoiningRules
from tests import factories

pytestmark = pytest.mark.django_db


def two_of_one_address() -> None:
    factories.make_membership("kari@example.no")
    factories.make_membership("Kari@Example.no")


def two_consents_at_a_time() -> None:
    factories.make_consent()
    factories.make_consent()


BROKEN: dict[str, Callable[[], Any]] = {
    "membership_once_per_address": two_of_one_address,
    "membership_of_organisation_has_one": lambda: factories.make_membership(kind="organisation"),
    "membership_is_somebodys": lambda: factories.make_membership(name=""),
    "membership_names_people_only": lambda: factories.make_membership(
        kind="organisation", organisation=factories.make_organisation(), is_named=True
    ),
    "join_request_names_organisation": lambda: factories.make_join_request(kind="organisation"),
    "joining_rules_only_once": lambda: JoiningRules.objects.create(id=2),
    "consent_record_once_at_a_time": two_consents_at_a_time,
    "consent_record_says_to_what": lambda: factories.make_consent(text=""),
    "consent_record_confirmed_after_agreed": lambda: factories.make_consent(
        agreed_at=timezone.now() + timedelta(days=1)
    ),
    "consent_record_withdrawn_after_given": lambda: factories.make_consent(
        withdrawn_at=timezone.now() - timedelta(days=1)
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_database_refuses(name: str) -> None:
    # SQLite names the columns of a unique constraint instead of the constraint itself.
    with pytest.raises(IntegrityError):
        BROKEN[name]()


def test_consent_may_be_given_anew_after_it_was_taken_back() -> None:
    factories.make_consent(withdrawn_at=timezone.now() + timedelta(seconds=1))
    factories.make_consent()
    assert ConsentRecord.objects.count() == 2


def test_person_and_organisation_may_share_an_address() -> None:
    organisation = factories.make_organisation()
    factories.make_membership("kari@example.no")
    factories.make_membership("kari@example.no", kind="organisation", organisation=organisation)
