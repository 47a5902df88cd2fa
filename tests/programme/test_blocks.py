from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from conferences.models import Conference
from programme.models import ChoiceBlock, Session
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def block(conference: Conference) -> ChoiceBlock:
    return factories.make_block(conference, "en")


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("session_in_block_has_end", {"ends_at": None}),
        ("session_capacity_positive", {"capacity": 0}),
    ],
)
def test_rules_of_workshops_stand_in_the_database(
    block: ChoiceBlock, name: str, fields: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        factories.make_workshop(block, **fields)


def test_no_session_repeats_itself(block: ChoiceBlock) -> None:
    session = factories.make_workshop(block)
    with pytest.raises(IntegrityError, match="session_repeats_another"), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(repeats=session)


def test_a_key_names_one_block_of_a_conference(block: ChoiceBlock) -> None:
    factories.make_block(factories.make_conference(), "en")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_block(block.conference, "en")


def test_a_block_has_one_of_the_known_rules(conference: Conference) -> None:
    with pytest.raises(IntegrityError, match="block_rule_known"), transaction.atomic():
        factories.make_block(conference, rule="whim")


def test_a_session_stays_within_its_conference(block: ChoiceBlock) -> None:
    elsewhere = factories.make_workshop(factories.make_block(factories.make_conference()))
    here = factories.make_workshop(block)

    for field, value in (("block", elsewhere.block), ("repeats", elsewhere)):
        session = Session.objects.get(pk=here.pk)
        setattr(session, field, value)
        with pytest.raises(ValidationError) as refusal:
            session.full_clean()
        assert list(refusal.value.message_dict) == [field]


def test_nothing_repeats_a_repetition(block: ChoiceBlock) -> None:
    first = factories.make_workshop(block)
    second = factories.make_workshop(block, hour=2, repeats=first)
    third = factories.make_workshop(block, hour=3)

    for session, repeats in ((third, second), (first, third)):
        session.repeats = repeats
        with pytest.raises(ValidationError) as refusal:
            session.full_clean()
        assert list(refusal.value.message_dict) == ["repeats"]
    again = Session.objects.in_bulk([first.pk, second.pk, third.pk])
    topics = [again[each.pk].topic for each in (first, second, third)]
    assert topics == [first.pk, first.pk, third.pk]
