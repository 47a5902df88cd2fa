"""Another address for an account: by a link to the new one, and only for whoever is signed in."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import caches
from django.test import Client

from network.actions import account_for
from network.models import User
from recovery_network.mail.models import Mail
from registrations.models import Tier
from tests import factories
from tests.browsing import link_in

pytestmark = pytest.mark.django_db
PAGE, NEW = "/en/konto/email/", "ny@example.no"


@pytest.fixture(autouse=True)
def no_limits_from_before() -> None:
    caches["default"].clear()


def confirmed(user: User) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def mona(client: Client, member: User) -> Client:
    client.force_login(confirmed(member))
    return client


def ask(client: Client, email: str = NEW) -> str:
    """The link that was mailed to the new address."""
    answer = client.post(PAGE, {"email": email, "action_add": ""})
    assert answer.status_code == 302
    return link_in(Mail.objects.filter(recipient=email).latest("pk"), "confirm-email")


def addresses(user: User) -> list[tuple[str, bool]]:
    user.refresh_from_db()
    found = EmailAddress.objects.filter(user=user, verified=True).values_list("email", "primary")
    return [(user.email, True), *found]


def test_new_address_counts_when_its_link_is_pressed(
    mona: Client, member: User, employee_tier: Tier
) -> None:
    old = member.email
    here, there = (factories.make_registration(employee_tier, email=email) for email in (NEW, old))
    Mail.objects.all().delete()
    link = ask(mona)
    assert addresses(member) == [(old, True), (old, True)]
    assert NEW in mona.get(PAGE).content.decode()
    assert "Is this your address?" in mona.get(link).content.decode()
    assert addresses(member) == [(old, True), (old, True)]
    assert mona.post(link)["Location"] == "/en/min-side/"
    assert addresses(member) == [(NEW, True), (NEW, True)]
    told = list(Mail.objects.order_by("pk").values_list("recipient", "subject"))
    assert told == [
        (NEW, "Confirm your e-mail address"),
        (old, "Your e-mail address was changed"),
    ]
    page = mona.get("/en/min-side/").content.decode()
    assert (here.manage_key in page, there.manage_key in page) == (True, False)
    assert mona.get(link).status_code == 404


def test_whoever_has_the_address_the_answer_is_the_same(mona: Client, organiser: User) -> None:
    """Unknown, once asked for a code with, in use by another, and closed."""
    account_for(email="spurt@example.no", language="nb")
    confirmed(organiser)
    closed = factories.make_user("stengt@example.no")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    answers = set()
    for email in (NEW, "spurt@example.no", organiser.email, closed.email):
        caches["default"].clear()
        answer = mona.post(PAGE, {"email": email, "action_add": ""}, follow=True)
        page = re.sub(r'name="csrf\w+" value="\w+"', "", answer.content.decode())
        mail = Mail.objects.get(recipient=email)
        answers.add((answer.status_code, page.replace(email, "X"), mail.kind, mail.subject))
    assert len(answers) == 1


def test_an_account_that_nobody_opened_makes_way(mona: Client, member: User) -> None:
    account_for(email=NEW, language="nb")
    mona.post(ask(mona))
    assert addresses(member) == [(NEW, True), (NEW, True)]
    assert list(User.objects.filter(email=NEW)) == [member]


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_an_account_of_somebody_stays_theirs(
    is_confirmed: bool, mona: Client, member: User, organiser: User
) -> None:
    """Also that of staff who haven't signed in yet."""
    if is_confirmed:
        confirmed(organiser)
    old = member.email
    link = ask(mona, organiser.email)
    page = mona.post(link, follow=True).content.decode()
    assert "belongs to another account" in page
    assert addresses(member) == [(old, True), (old, True)]
    assert User.objects.filter(email=organiser.email).get() == organiser


def test_a_link_in_a_strangers_mailbox_gives_them_nothing(
    mona: Client, member: User, treasurer: User
) -> None:
    old, link = member.email, ask(mona)
    stranger = Client()
    for signed_in in (False, True):
        if signed_in:
            stranger.force_login(treasurer)
        for answer in (stranger.get(link), stranger.post(link)):
            assert answer["Location"].startswith("/en/konto/login/?next=")
    assert addresses(member) == [(old, True), (old, True)]


def test_taking_it_back(mona: Client, member: User) -> None:
    old, link = member.email, ask(mona)
    mona.post(PAGE, {"email": NEW, "action_remove": ""})
    assert mona.get(link).status_code == 404
    assert addresses(member) == [(old, True), (old, True)]


@pytest.mark.usefixtures("in_english")
def test_own_address_and_nonsense_are_refused_in_words(mona: Client, member: User) -> None:
    for typed, sentence in (
        (member.email, "That is the address you have here already."),
        ("per@", "Enter a valid email address."),
    ):
        page = mona.post(PAGE, {"email": typed, "action_add": ""}).content.decode()
        assert sentence in page
        assert f'value="{typed}"' in page
    assert not Mail.objects.exists()
