import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from network.models import User
from tests import factories

pytestmark = pytest.mark.django_db

ROLES = ("organiser", "editor", "treasurer", "doorkeeper")
PATHS = ("/admin/", "/nn/admin/", "/da/admin/", "/en/admin/", "/admin/conferences/conference/")


@pytest.fixture(autouse=True)
def production(settings: Settings) -> None:
    settings.DEMO = False


def with_factor(user: User) -> User:
    TOTP.activate(user, generate_totp_secret())
    return user


def sign_in(client: Client, user: User, *methods: str) -> None:
    """A session in which `user` has proved themselves by `methods`, as allauth keeps it."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": method, "at": time.time()} for method in methods
    ]
    session.save()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("role", ROLES)
def test_staff_without_one_are_sent_to_set_it_up(role: str, path: str, client: Client) -> None:
    sign_in(client, factories.make_user(role=role), "code")
    response = client.get(path)
    assert response.status_code == 302
    assert response.headers["Location"].endswith("/konto/2fa/")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("role", ROLES)
def test_staff_who_used_theirs_come_in(role: str, path: str, client: Client) -> None:
    sign_in(client, with_factor(factories.make_user(role=role)), "code", "mfa")
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_session_from_before_it_was_set_up_must_prove_itself(path: str, client: Client) -> None:
    sign_in(client, with_factor(factories.make_user(role="organiser")), "code")
    response = client.get(path)
    assert response.status_code == 302
    assert "/2fa/reauthenticate/?next=" in response.headers["Location"]


def test_recovery_codes_alone_are_no_second_factor(client: Client) -> None:
    user = factories.make_user(role="organiser")
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data={})
    sign_in(client, user, "code", "mfa")
    assert client.get("/admin/").headers["Location"] == reverse("mfa_index")


def test_superuser_needs_one_too(client: Client) -> None:
    sign_in(client, User.objects.create_superuser("sjef@example.no"), "code")
    assert client.get("/admin/").headers["Location"] == reverse("mfa_index")


def test_posting_needs_one_too(client: Client) -> None:
    sign_in(client, factories.make_user(role="organiser"), "code")
    response = client.post("/admin/conferences/venue/add/", {"name": "Sal", "city": "Sandnes"})
    assert response.headers["Location"] == reverse("mfa_index")


def test_signing_out_needs_none(client: Client) -> None:
    sign_in(client, factories.make_user(role="organiser"), "code")
    client.post(reverse("admin:logout"))
    assert "_auth_user_id" not in client.session


def test_member_is_told_no_and_not_asked_for_one(member: User, client: Client) -> None:
    sign_in(client, member, "code")
    assert client.get("/admin/", follow=True).status_code == 403


def test_outsider_signs_in_first(outsider: Client) -> None:
    response = outsider.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_demo_asks_nobody(settings: Settings, organiser: User, client: Client) -> None:
    settings.DEMO = True
    client.force_login(organiser)
    assert client.get("/admin/").status_code == 200
