import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from network.models import User
from recovery_network.mail.accounts import NOTICES, queue_account_mail
from recovery_network.mail.models import Mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_from_before() -> None:
    caches["default"].clear()


def ask_for_code(client: Client, address: str, language: str = "") -> None:
    path = reverse("account_request_login_code")
    response = client.post(f"{'/' + language if language else ''}{path}", {"email": address})
    assert response.status_code == 302


def test_sign_in_code_is_queued_in_the_language_of_the_page(client: Client, member: User) -> None:
    ask_for_code(client, member.email, "da")
    mail = Mail.objects.get()
    assert (mail.kind, mail.recipient, mail.language) == ("sign_in_code", member.email, "da")
    assert member.email not in mail.key


def test_each_code_is_a_mail_of_its_own(member: User) -> None:
    for browser in (Client(), Client()):
        ask_for_code(browser, member.email)
    assert Mail.objects.filter(kind="sign_in_code").count() == 2


def test_address_without_account_gets_the_same_mail(client: Client) -> None:
    """Whoever reads the code has shown that the address is theirs, and that is all an account is."""
    ask_for_code(client, "fremmed@example.no", "da")
    mail = Mail.objects.get()
    assert (mail.kind, mail.recipient) == ("sign_in_code", "fremmed@example.no")
    made = User.objects.get(email="fremmed@example.no")
    assert (made.language, made.is_staff, made.has_usable_password()) == ("da", False, False)


def test_closed_account_gets_no_code(client: Client, member: User) -> None:
    User.objects.filter(pk=member.pk).update(is_active=False)
    ask_for_code(client, member.email)
    assert Mail.objects.get().kind == "account"
    assert User.objects.count() == 1


@pytest.mark.parametrize("event", sorted(NOTICES))
def test_each_event_has_words(event: str) -> None:
    links = {
        "activate_url": "http://testserver/konto/bekreft/x/",
        "password_reset_url": "http://testserver/konto/passord/x/",
    }
    queue_account_mail(event, "kari@example.no", links)
    mail = Mail.objects.get()
    assert (mail.kind, mail.subject) == ("account", str(NOTICES[event].subject))
    assert str(NOTICES[event].sentence) in mail.text
    link = links.get(NOTICES[event].link)
    assert [address in mail.text for address in links.values()].count(True) == bool(link)


def test_event_nobody_thought_of_has_words_too() -> None:
    queue_account_mail("brand_new_event", "kari@example.no", {})
    assert Mail.objects.get().kind == "account"
