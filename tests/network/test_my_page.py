"""What people find on their own page, and who finds nothing there."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from network.actions import account_for
from network.models import SignIn, User
from network.sessions import device_of
from recovery_network.mail.models import Mail
from recovery_network.privacy import retention
from registrations.models import Registration, Tier
from surveys.models import Invitation, Survey
from tests import factories

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
PAGE = "/en/min-side/"


@pytest.fixture(autouse=True)
def no_limits_from_before() -> None:
    caches["default"].clear()


def confirmed(user: User, email: str = "") -> User:
    address = email or user.email
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=not email)
    return user


def sign_in_by_code(client: Client, email: str, agent: str = FIREFOX) -> Any:
    client.post("/en/konto/login/code/", {"email": email}, headers={"user-agent": agent})
    mail = Mail.objects.filter(recipient=email).latest("pk")
    found = re.search(r"^([A-Z0-9-]{6,9})$", mail.text, re.M)
    assert found is not None
    return client.post(
        "/en/konto/login/code/confirm/",
        {"code": found.group(1)},
        headers={"user-agent": agent},
        follow=True,
    )


def titles(response: Any) -> list[str]:
    return re.findall(r'<h2 id="[^"]+">([^<]+)</h2>', response.content.decode())


OWN = ["Ways to sign in", "Where you are signed in", "Language and address", "What we keep of you"]


class TestSigningIn:
    def test_a_stranger_with_a_registration_finds_it(
        self, client: Client, participant: Registration
    ) -> None:
        """The whole way: no account, a code to the address, and what was registered under it."""
        response = sign_in_by_code(client, "per@example.no")
        assert response.redirect_chain[-1][0] == PAGE
        assert participant.get_absolute_url() in response.content.decode()
        assert titles(response)[0] == "My gatherings"
        sign_in = SignIn.objects.get(account__email="per@example.no")
        assert sign_in.device == "Firefox, Linux"

    def test_an_account_that_nobody_confirmed_goes(self) -> None:
        week_ago = timezone.now() - timedelta(days=8)
        asked = account_for(email="spurt@example.no", language="nb")
        used = confirmed(factories.make_user("brukt@example.no"))
        staff = factories.make_user("ny@example.no", role="organiser")
        User.objects.update(date_joined=week_ago)
        fresh = account_for(email="fersk@example.no", language="nb")
        retention.run(timezone.now())
        assert set(User.objects.all()) == {used, staff, fresh}
        assert asked not in User.objects.all()

    def test_a_members_passkey_does_not_lock_them_out(self, client: Client, member: User) -> None:
        Authenticator.objects.create(
            user=member, type=Authenticator.Type.WEBAUTHN, data={"name": "Telefonen"}
        )
        response = sign_in_by_code(client, member.email)
        assert (response.status_code, response.redirect_chain[-1][0]) == (200, PAGE)

    def test_staff_are_asked_for_a_second_factor(self, client: Client, organiser: User) -> None:
        TOTP.activate(organiser, generate_totp_secret())
        response = sign_in_by_code(client, organiser.email)
        assert response.redirect_chain[-1][0] == "/en/konto/2fa/authenticate/"
        assert client.get(PAGE).status_code == 302


class TestPage:
    def test_an_outsider_signs_in_first(self, outsider: Client) -> None:
        response = outsider.get(PAGE)
        assert response.headers["Location"] == f"/en/konto/login/?next={PAGE}"

    @pytest.mark.parametrize("cast", ["organiser", "editor", "treasurer", "doorkeeper", "member"])
    def test_everyone_finds_their_own_and_nobody_elses(
        self, cast: str, client: Client, participant: Registration, request: pytest.FixtureRequest
    ) -> None:
        client.force_login(confirmed(request.getfixturevalue(cast)))
        response = client.get(PAGE)
        assert titles(response) == OWN
        assert participant.manage_key not in response.content.decode()
        assert response.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")

    def test_an_address_that_is_not_confirmed_opens_nothing(
        self, client: Client, participant: Registration
    ) -> None:
        user = factories.make_user("per@example.no")
        EmailAddress.objects.create(user=user, email="per@example.no", verified=False)
        client.force_login(user)
        assert titles(client.get(PAGE)) == OWN

    def test_gatherings_are_those_of_the_person(
        self, client: Client, employee_tier: Tier, member: User
    ) -> None:
        """In whatever case the address was typed; as contact of oneself; and never a colleague's place."""
        own = factories.make_registration(employee_tier, name="Mona", email="Medlem@Example.no")
        booking = factories.make_booking(
            employee_tier.conference,
            [
                factories.make_person(employee_tier, name="Mona M", email=""),
                factories.make_person(employee_tier, name="Kollega", email=""),
            ],
            contact_name="Mona M",
            contact_email=member.email,
        )
        themselves, colleague = booking.registrations.order_by("-name")
        past = factories.make_registration(employee_tier, name="M", email=member.email)
        Registration.objects.filter(pk=past.pk).update(
            state="cancelled", cancelled_at=timezone.now()
        )
        client.force_login(confirmed(member))
        page = client.get(PAGE).content.decode()
        assert [row.manage_key in page for row in (own, themselves, past, colleague)] == [
            True,
            True,
            True,
            False,
        ]
        assert booking.manage_key in page
        assert "1 earlier or cancelled registration" in page

    def test_surveys_wait_only_where_each_has_a_link_of_their_own(
        self, client: Client, member: User
    ) -> None:
        now = timezone.now()
        Mode = Survey.Mode
        invitations = {
            mode: Invitation.objects.create(
                survey=Survey.objects.create(
                    slug=f"svar-{mode}",
                    title={"en": mode},
                    mode=mode,
                    audience=Survey.Audience.LISTED,
                    opens_at=now - timedelta(days=1),
                ),
                email=member.email,
                user=member,
            )
            for mode in Mode
        }
        client.force_login(confirmed(member))
        page = client.get(PAGE).content.decode()
        assert {mode for mode, each in invitations.items() if each.key in page} == {
            Mode.CONFIDENTIAL,
            Mode.NAMED,
        }
        Invitation.objects.update(answered=True)
        assert titles(client.get(PAGE)) == OWN

    def test_constant_number_of_queries(
        self, client: Client, employee_tier: Tier, member: User
    ) -> None:
        client.force_login(confirmed(member))
        counts = []
        for rows in (1, 3):
            for number in range(rows):
                factories.make_registration(
                    employee_tier, name=f"{rows} {number}", email=member.email
                )
            with CaptureQueriesContext(connection) as queries:
                client.get(PAGE)
            counts.append(len(queries))
        assert counts[0] == counts[1] < 20


class TestChanging:
    def test_language(self, client: Client, member: User) -> None:
        client.force_login(member)
        assert client.post(f"{PAGE}sprak/", {"language": "da"}).status_code == 303
        member.refresh_from_db()
        assert member.language == "da"
        client.post(f"{PAGE}sprak/", {"language": "xx"})
        member.refresh_from_db()
        assert member.language == "da"

    def test_signing_out_elsewhere(self, member: User, organiser: User) -> None:
        here, there, other = Client(), Client(), Client()
        for client, user in ((here, member), (there, member), (other, organiser)):
            client.force_login(user)
        assert here.get(PAGE).content.decode().count("<h3>Unknown device") == 2
        assert here.post(f"{PAGE}logg-ut-andre/").status_code == 303
        assert [client.get(PAGE).status_code for client in (here, there, other)] == [200, 302, 200]

    def test_removing_a_key(self, client: Client, member: User, organiser: User) -> None:
        """The last one takes the recovery codes along; somebody else's is out of reach."""
        Type = Authenticator.Type
        mine, codes, theirs = (
            Authenticator.objects.create(user=user, type=kind, data={})
            for user, kind in (
                (member, Type.WEBAUTHN),
                (member, Type.RECOVERY_CODES),
                (organiser, Type.WEBAUTHN),
            )
        )
        client.force_login(member)
        for key in (theirs, codes, mine, mine):
            assert client.post(f"{PAGE}nokler/{key.pk}/fjern/").status_code == 303
        assert list(Authenticator.objects.all()) == [theirs]

    @pytest.mark.parametrize("path", ["sprak/", "logg-ut-andre/", "nokler/1/fjern/"])
    def test_only_by_pressing_and_only_signed_in(
        self, path: str, client: Client, member: User
    ) -> None:
        assert client.post(f"{PAGE}{path}").headers["Location"].startswith("/en/konto/login/")
        client.force_login(member)
        assert client.get(f"{PAGE}{path}").status_code == 405


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537 Edg/130", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/130 Mobile Safari/537", "Chrome, Android"),
        ("curl/8", ""),
    ],
)
def test_device(agent: str, device: str) -> None:
    assert device_of(agent) == device
