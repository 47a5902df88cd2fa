"""Each rule about data, broken against the database itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from network.models import User
from newsletter.models import Letter, LetterText, Suppression
from tests import factories

pytestmark = pytest.mark.django_db


def stopped(email: str = "borte@example.no", **fields: Any) -> Suppression:
    return Suppression.objects.create(email=email, reason="bounced", **fields)


def twice(make: Callable[[], Any], again: Callable[[], Any]) -> Callable[[], Any]:
    def both() -> None:
        make()
        again()

    return both


def two_texts_in_one_language() -> None:
    letter = factories.make_letter()
    LetterText.objects.create(letter=letter, language="nb", subject="Nok en", body="Hei.")


def lifted_by_somebody_at_no_time() -> None:
    stopped(lifted_by=User.objects.create_user("noen@example.no"))


BROKEN: dict[str, Callable[[], Any]] = {
    "subscription_once_per_address": twice(
        lambda: factories.make_subscription("kari@example.no"),
        lambda: factories.make_subscription("Kari@Example.no"),
    ),
    "subscription_has_address": lambda: factories.make_subscription().__class__.objects.create(
        email=""
    ),
    "suppression_once_at_a_time": twice(stopped, lambda: stopped("Borte@Example.no")),
    "suppression_lifted_after_it_began": lambda: stopped(
        lifted_at=timezone.now() - timedelta(days=1)
    ),
    "suppression_lifter_needs_time": lifted_by_somebody_at_no_time,
    "letter_sent_is_whole": lambda: Letter.objects.create(language="nb", state="sent"),
    "letter_in_archive_has_address": lambda: Letter.objects.create(
        language="nb", state="sent", sent_at=timezone.now(), addresses=1, is_public=True
    ),
    "letter_text_once_per_language": two_texts_in_one_language,
    "letter_text_says_something": lambda: LetterText.objects.create(
        letter=factories.make_letter(texts={"da": ("Nyt", "Hej.")}), language="nb", subject="Nytt"
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_database_refuses(name: str) -> None:
    # SQLite names the columns of a unique constraint instead of the constraint itself.
    with pytest.raises(IntegrityError):
        BROKEN[name]()


def test_address_may_be_stopped_again_after_it_was_lifted() -> None:
    stopped(lifted_at=timezone.now() + timedelta(seconds=1))
    stopped()
    assert Suppression.objects.count() == 2
