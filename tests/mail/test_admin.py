from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from network.models import User
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail, Wording
from tests.mail.fixtures import Queue

pytestmark = pytest.mark.django_db
State = Mail.State
MAILS = "admin:mail_mail_changelist"


@pytest.fixture
def browser(client: Client, organiser: User) -> Client:
    """An organiser's."""
    client.force_login(organiser)
    return client


def give_up(mail: Mail) -> Mail:
    Mail.objects.filter(pk=mail.pk).update(
        state=State.FAILED, error_class="give_up", error="SMTPDataError: 554 No", attempts=3
    )
    return mail


def listed(response: Any) -> list[int]:
    return [mail.pk for mail in response.context["cl"].result_list]


class TestList:
    def test_shows_the_newest_first(self, browser: Client, queue: Queue) -> None:
        mails = [queue() for _ in range(3)]
        response = browser.get(reverse(MAILS))
        assert listed(response) == [mail.pk for mail in reversed(mails)]

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_for_one_and_three(
        self,
        browser: Client,
        queue: Queue,
        rows: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(rows):
            queue()
        browser.get(reverse(MAILS))
        with django_assert_num_queries(6):
            browser.get(reverse(MAILS))

    def test_filters_and_search(self, browser: Client, queue: Queue) -> None:
        kari, failed = queue(), give_up(queue(to="ola@example.no"))
        code = queue(kind="sign_in_code", context={"code": "X"}, to="per@example.no")
        found = {
            query: listed(browser.get(reverse(MAILS), dict([query.split("=")])))
            for query in ("state__exact=failed", "kind=sign_in_code", "q=kari", "q=ola@example.no")
        }
        assert found == {
            "state__exact=failed": [failed.pk],
            "kind=sign_in_code": [code.pk],
            "q=kari": [kari.pk],
            "q=ola@example.no": [failed.pk],
        }


class TestOneMail:
    def test_is_shown_and_cannot_be_changed(self, browser: Client, queue: Queue) -> None:
        mail = queue(context={"name": "<Kari>"})
        address = reverse("admin:mail_mail_change", args=[mail.pk])
        content = browser.get(address).content.decode()
        assert "Dear &lt;Kari&gt;, in nb." in content
        assert reverse("admin:mail_mail_html", args=[mail.pk]) in content
        assert browser.post(address, {"subject": "Changed"}).status_code == 403
        assert Mail.objects.get().subject == mail.subject

    def test_page_lets_its_frame_in_and_nothing_else(self, browser: Client, queue: Queue) -> None:
        response = browser.get(reverse("admin:mail_mail_change", args=[queue().pk]))
        policy = response["Content-Security-Policy"]
        assert "frame-src 'self'" in policy
        assert "unsafe" not in policy

    def test_html_has_a_policy_of_its_own(self, browser: Client, queue: Queue) -> None:
        mail = queue()
        response = browser.get(reverse("admin:mail_mail_html", args=[mail.pk]))
        assert response.content.decode() == mail.html.replace(
            "<head>", '<head><base target="_top">'
        )
        policy = response["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "sandbox allow-popups" in policy
        assert not {"unsafe-inline", "allow-scripts", "allow-same-origin", "script-src"} & {
            *policy.replace("'", "").replace(";", "").split()
        }
        assert response["X-Frame-Options"] == "SAMEORIGIN"

    def test_secret_is_hidden(self, browser: Client, queue: Queue) -> None:
        mail = queue(kind="sign_in_code", context={"code": "XYZ789"})
        pages = [
            browser.get(reverse(name, args=[mail.pk])).content.decode()
            for name in ("admin:mail_mail_change", "admin:mail_mail_html")
        ]
        assert not any("XYZ789" in page for page in pages)
        assert "XYZ789" in mail.text, "there was something to hide"

    def test_cannot_be_added_or_deleted(self, browser: Client, queue: Queue) -> None:
        mail = queue()
        assert browser.get(reverse("admin:mail_mail_add")).status_code == 403
        assert browser.post(reverse("admin:mail_mail_delete", args=[mail.pk])).status_code == 403
        assert Mail.objects.count() == 1

    def test_that_does_not_exist(self, browser: Client) -> None:
        assert browser.get(reverse("admin:mail_mail_html", args=[99])).status_code == 404


@pytest.mark.parametrize("role", ["editor", "treasurer", "doorkeeper"])
def test_other_staff_see_no_mail(
    client: Client, queue: Queue, request: pytest.FixtureRequest, role: str
) -> None:
    client.force_login(request.getfixturevalue(role))
    pk = queue().pk
    for address in (
        reverse(MAILS),
        reverse("admin:mail_mail_change", args=[pk]),
        reverse("admin:mail_mail_html", args=[pk]),
        reverse("admin:mail_wording_changelist"),
    ):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize("signed_in", [True, False])
def test_those_who_are_not_staff_are_sent_to_sign_in(
    client: Client, queue: Queue, member: User, signed_in: bool
) -> None:
    if signed_in:
        client.force_login(member)
    for name in ("admin:mail_mail_change", "admin:mail_mail_html"):
        response = client.get(reverse(name, args=[queue().pk]))
        assert response.status_code == 302


class TestActions:
    def choose(self, browser: Client, action: str, mails: list[Mail], **more: str) -> Any:
        data = {"action": action, ACTION_CHECKBOX_NAME: [mail.pk for mail in mails], **more}
        return browser.post(reverse(MAILS), data)

    @pytest.mark.parametrize("action", ["requeue", "cancel"])
    def test_asks_first(self, browser: Client, queue: Queue, action: str) -> None:
        mails = [give_up(queue()), queue()]
        response = self.choose(browser, action, mails)
        assert response.status_code == 200
        assert [mail.pk for mail in response.context["rows"]] == [mails[1].pk, mails[0].pk]
        assert [mail.state for mail in Mail.objects.order_by("pk")] == [State.FAILED, State.QUEUED]

    def test_sends_again_what_was_given_up(
        self, browser: Client, queue: Queue, organiser: User
    ) -> None:
        failed, waiting = give_up(queue()), queue()
        self.choose(browser, "requeue", [failed, waiting], confirmed="yes")
        failed.refresh_from_db()
        assert (failed.state, failed.attempts, failed.error, failed.error_class) == (
            State.QUEUED,
            0,
            "",
            "",
        )
        event = AuditEvent.objects.get()
        assert (event.action, event.object_label, event.actor_id) == (
            "mail.requeued",
            f"mail.mail:{failed.pk}",
            organiser.pk,
        )

    def test_cancels_what_waits(self, browser: Client, queue: Queue) -> None:
        failed, waiting = give_up(queue()), queue()
        self.choose(browser, "cancel", [failed, waiting], confirmed="yes")
        assert [mail.state for mail in Mail.objects.order_by("pk")] == [
            State.FAILED,
            State.CANCELLED,
        ]
        assert AuditEvent.objects.get().object_label == f"mail.mail:{waiting.pk}"

    def test_mail_without_words_cannot_be_sent_again(self, browser: Client, queue: Queue) -> None:
        blank = give_up(queue())
        Mail.objects.update(**Mail.BLANK, blanked_at=timezone.now())
        self.choose(browser, "requeue", [blank], confirmed="yes")
        assert Mail.objects.get().state == State.FAILED
        assert AuditEvent.objects.count() == 0

    def test_looking_is_not_acting(self, client: Client, queue: Queue) -> None:
        """Someone with leave to look at mails only."""
        looker = User.objects.create_user("ser@example.no", is_staff=True)
        looker.user_permissions.add(Permission.objects.get(codename="view_mail"))
        client.force_login(looker)
        assert client.get(reverse(MAILS)).status_code == 200
        self.choose(client, "cancel", [queue()], confirmed="yes")
        assert Mail.objects.get().state == State.QUEUED


class TestWording:
    ADD = "admin:mail_wording_add"

    def data(self, **changes: str) -> dict[str, str]:
        return {
            "kind": "greeting",
            "language": "nb",
            "subject": "Til {name}",
            "introduction": "Kjære {name}, velkommen til {place}.",
            **changes,
        }

    def test_is_saved(self, browser: Client, queue: Queue, organiser: User) -> None:
        response = browser.post(reverse(self.ADD), self.data())
        assert response.status_code == 302
        wording = Wording.objects.get()
        assert (wording.kind, wording.language, wording.subject) == ("greeting", "nb", "Til {name}")
        assert AuditEvent.objects.get().actor_id == organiser.pk
        assert queue(context={"name": "Kari", "place": "Sola"}).text.startswith(
            "Kjære Kari, velkommen til Sola."
        )

    @pytest.mark.usefixtures("in_english")
    @pytest.mark.parametrize("field", ["subject", "introduction"])
    @pytest.mark.parametrize("text", ["Til {email}", "Til {name", "{{ name }}", "{name.__class__}"])
    def test_placeholder_it_does_not_know_is_refused_in_words(
        self, browser: Client, queue: Queue, field: str, text: str
    ) -> None:
        response = browser.post(reverse(self.ADD), self.data(**{field: text}))
        assert response.status_code == 200
        [error] = response.context["errors"]
        assert "It knows {name}, {place}." in error[0]
        assert Wording.objects.count() == 0

    def test_kind_and_language_must_exist(self, browser: Client, queue: Queue) -> None:
        for wrong in ({"kind": "nothing"}, {"language": "fr"}, {"kind": "sign_in_code"}):
            assert browser.post(reverse(self.ADD), self.data(**wrong)).status_code == 200
        assert Wording.objects.count() == 0

    def test_second_for_the_same_mail_is_refused(self, browser: Client, queue: Queue) -> None:
        Wording.objects.create(kind="greeting", language="nb", subject="Hei")
        assert browser.post(reverse(self.ADD), self.data()).status_code == 200
        assert Wording.objects.count() == 1

    def test_empty_says_nothing(self, browser: Client, queue: Queue) -> None:
        response = browser.post(reverse(self.ADD), self.data(subject=" ", introduction=""))
        assert response.status_code == 200
        assert Wording.objects.count() == 0

    def test_preview_shows_the_mail_and_saves_nothing(self, browser: Client, queue: Queue) -> None:
        response = browser.post(reverse(self.ADD), {**self.data(), "_preview": "yes"})
        assert response.status_code == 200
        rendered = response.context["rendered"]
        assert rendered.subject == "Til Kari"
        assert "<p>Kjære Kari, velkommen til Sandnes.</p>" in rendered.html
        assert Wording.objects.count() == 0
        policy = response["Content-Security-Policy"]
        assert "style-src 'self' 'sha256-" in policy
        assert "unsafe" not in policy

    def test_preview_of_a_wrong_form_is_the_form(self, browser: Client, queue: Queue) -> None:
        data = {**self.data(subject="{email}"), "_preview": "yes"}
        response = browser.post(reverse(self.ADD), data)
        assert "rendered" not in response.context
        assert Wording.objects.count() == 0

    def test_preview_needs_the_right_to_write(
        self, client: Client, queue: Queue, editor: User
    ) -> None:
        client.force_login(editor)
        data = {**self.data(), "_preview": "yes"}
        assert client.post(reverse(self.ADD), data).status_code == 403

    @pytest.mark.parametrize("rows", [1, 3])
    def test_list_costs_the_same_for_one_and_three(
        self, browser: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(rows):
            Wording.objects.create(kind=f"kind{number}", language="nb", subject="Hei")
        browser.get(reverse("admin:mail_wording_changelist"))
        with django_assert_num_queries(7):
            browser.get(reverse("admin:mail_wording_changelist"))
