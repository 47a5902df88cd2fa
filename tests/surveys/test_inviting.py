"""Whom a survey asks, when, once, and who is left alone."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from recovery_network.encryption import keyring
from recovery_network.mail.models import Mail
from registrations.models import Registration, Tier
from surveys.actions import inviting
from surveys.errors import SurveyError
from surveys.models import Invitation, OptOut, Survey
from tests import factories
from tests.browsing import link_in, mailed
from tests.surveys.answering import questions, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def asked() -> list[tuple[str, str]]:
    """Recipient and kind of every mail of surveys."""
    found = Mail.objects.filter(kind__startswith="survey_").order_by("recipient", "pk")
    return list(found.values_list("recipient", "kind"))


@pytest.fixture
def after_the_day(employee_tier: Tier) -> Survey:
    """An evaluation that opens by itself; one came, one stayed away, one only waits."""
    conference = employee_tier.conference
    for name in ("kom", "uteble"):
        factories.make_registration(employee_tier, name=name, email=f"{name}@example.no")
    Registration.objects.filter(name="kom").update(checked_in_at=conference.starts_at)
    return factories.make_survey(
        conference=conference,
        audience="attended",
        opens_after_conference=True,
        opens_at=None,
        closes_at=None,
    )


class TestAfterAConference:
    def test_opens_by_itself_when_it_is_over(self, after_the_day: Survey) -> None:
        assert after_the_day.conference
        ends = after_the_day.conference.ends_at
        states = [after_the_day.state(ends + shift) for shift in (timedelta(-1), timedelta(0))]
        assert states == [Survey.State.COMING, Survey.State.OPEN]
        assert after_the_day.state(ends + timedelta(days=14)) == Survey.State.CLOSED

    def test_asks_those_who_came_and_nobody_else(self, after_the_day: Survey) -> None:
        assert after_the_day.conference
        inviting.send_due_mails()
        assert asked() == []
        with time_machine.travel(after_the_day.conference.ends_at + timedelta(minutes=1)):
            inviting.send_due_mails()
            inviting.send_due_mails()
        assert asked() == [("kom@example.no", "survey_invitation")]

    def test_never_opens_where_it_was_called_off(self, after_the_day: Survey) -> None:
        conference = after_the_day.conference
        assert conference
        conference.cancelled_at = timezone.now()
        conference.save(update_fields=["cancelled_at"])
        with time_machine.travel(conference.ends_at + timedelta(days=1)):
            assert after_the_day.state() == Survey.State.DRAFT
            assert inviting.send_due_mails() == 0

    def test_asks_all_with_a_place_where_it_says_so(self, after_the_day: Survey) -> None:
        Survey.objects.update(audience="registered", opens_at=timezone.now() - timedelta(days=1))
        inviting.send_due_mails()
        assert [email for email, _kind in asked()] == ["kom@example.no", "uteble@example.no"]


def test_members_are_asked_in_their_language() -> None:
    factories.make_membership("da@example.no", language="da")
    organisation = factories.make_organisation()
    factories.make_membership("da@example.no", kind="organisation", organisation=organisation)
    factories.make_membership("venter@example.no", admitted_at=None)
    factories.make_user("bare-konto@example.no")
    factories.make_survey(mode="named", audience="members")
    inviting.send_due_mails()
    (mail,) = Mail.objects.all()
    assert (mail.recipient, mail.language) == ("da@example.no", "da")
    assert link_in(mail, "undersokelser/svar").startswith("/da/")


def test_a_party_with_one_address_is_asked_once(employee_tier: Tier) -> None:
    for name in ("Per", "Pål"):
        factories.make_registration(employee_tier, name=name, email="felles@example.no")
    factories.make_survey(conference=employee_tier.conference, audience="registered")
    inviting.send_due_mails()
    assert asked() == [("felles@example.no", "survey_invitation")]


class TestPastedList:
    def test_is_read_as_people_paste_it(self) -> None:
        text = "Mona <mona@example.no>; per@example.no,\nPER@example.no feil@ @feil kari@example.no"
        assert inviting.addresses_in(text) == (
            ["mona@example.no", "per@example.no", "kari@example.no"],
            ["feil@", "@feil"],
        )

    def test_adds_each_address_once(self) -> None:
        survey = factories.make_survey(mode="confidential")
        for emails in (["a@example.no", "b@example.no"], ["A@example.no", "c@example.no"]):
            inviting.add_to_list(survey=survey, emails=emails, language="nn", by=None)
        assert survey.invitations.count() == 3
        inviting.send_due_mails()
        assert {mail.language for mail in Mail.objects.all()} == {"nn"}

    def test_waits_until_the_survey_opens(self) -> None:
        later = timezone.now() + timedelta(days=2)
        survey = factories.make_survey(mode="confidential", opens_at=later)
        inviting.add_to_list(survey=survey, emails=["a@example.no"], language="nb", by=None)
        assert inviting.send_due_mails() == 0
        with time_machine.travel(later + timedelta(minutes=1)):
            assert inviting.send_due_mails() == 1

    def test_is_bounded_and_refused_once_closed(self) -> None:
        survey = factories.make_survey(mode="confidential")
        many = [f"a{number}@example.no" for number in range(2001)]
        with pytest.raises(SurveyError, match="at most 2000"):
            inviting.add_to_list(survey=survey, emails=many, language="nb", by=None)
        survey.closed_at = timezone.now()
        with pytest.raises(SurveyError, match="closed"):
            inviting.add_to_list(survey=survey, emails=many[:1], language="nb", by=None)


class TestReminders:
    @pytest.fixture
    def survey(self) -> Survey:
        survey = factories.make_survey(mode="confidential", remind_days=4)
        for name in ("svarte", "venter"):
            factories.make_invitation(survey, email=f"{name}@example.no")
        inviting.send_due_mails()
        return survey

    def remind(self, survey: Survey) -> int:
        assert survey.closes_at
        with time_machine.travel(survey.closes_at - timedelta(days=3)):
            return inviting.send_due_mails()

    def test_go_once_to_those_who_have_not_answered(self, client: Client, survey: Survey) -> None:
        (question,) = questions(survey)
        answered = Invitation.objects.get(email="svarte@example.no")
        send(client, answered, **{question.name: "Et hjem"})
        assert [self.remind(survey), self.remind(survey)] == [1, 0]
        assert mailed("venter@example.no") == ["survey_invitation", "survey_reminder"]
        assert mailed("svarte@example.no") == ["survey_invitation"]

    def test_do_not_go_to_those_invited_after_their_time(self, survey: Survey) -> None:
        assert survey.closes_at
        with time_machine.travel(survey.closes_at - timedelta(days=3)):
            factories.make_invitation(survey, email="sen@example.no")
            inviting.send_due_mails()
            inviting.send_due_mails()
        assert mailed("sen@example.no") == ["survey_invitation"]

    def test_can_be_left_out(self, survey: Survey) -> None:
        Survey.objects.update(remind_days=0)
        survey.refresh_from_db()
        assert self.remind(survey) == 0

    def test_of_an_anonymous_survey_go_to_all_and_say_why(self) -> None:
        survey = factories.make_survey(audience="listed", remind_days=4)
        factories.make_invitation(survey, email="a@example.no")
        inviting.send_due_mails()
        assert self.remind(survey) == 1
        reminder = Mail.objects.get(kind="survey_reminder", recipient="a@example.no")
        assert link_in(reminder, survey.slug) == f"/undersokelser/{survey.slug}/"


class TestSayingNo:
    def test_one_press_in_the_mail_ends_all_surveys(self, client: Client) -> None:
        survey = factories.make_survey(mode="confidential")
        factories.make_invitation(survey, email="Nei@example.no", language="en")
        inviting.send_due_mails()
        path = link_in(Mail.objects.get(), "avmeld")
        assert client.get(path).status_code == 200
        assert OptOut.objects.count() == 0  # a mail server that looks at the link says nothing
        page = client.post(path).content.decode()
        assert "You get no more surveys" in page
        assert Mail.objects.get().state == Mail.State.CANCELLED
        other = factories.make_survey(mode="named")
        added = inviting.add_to_list(
            survey=other, emails=["nei@EXAMPLE.no", "ja@example.no"], language="nb", by=None
        )
        assert added == 1
        inviting.send_due_mails()
        assert mailed("ja@example.no") == ["survey_invitation"]

    def test_no_reminder_comes_after_it(self) -> None:
        survey = factories.make_survey(mode="confidential")
        invitation = factories.make_invitation(survey)
        inviting.send_due_mails()
        inviting.opt_out(invitation=invitation)
        assert inviting.remind(survey, {invitation.pk}) == 0

    def test_the_address_is_not_kept_in_the_clear(self) -> None:
        survey = factories.make_survey(mode="confidential")
        inviting.opt_out(invitation=factories.make_invitation(survey, email="nei@example.no"))
        assert "nei" not in OptOut.objects.get().address_hash

    def test_is_remembered_when_keys_are_changed(self, settings: Settings) -> None:
        survey = factories.make_survey(mode="confidential")
        inviting.opt_out(invitation=factories.make_invitation(survey, email="nei@example.no"))
        new = "bnl0dC1ueXR0LW55dHQtbnl0dC1ueXR0LW55dHQtbnk="
        settings.FIELD_KEYS = [new, *settings.FIELD_KEYS]
        keyring.cache_clear()
        assert inviting.who_said_no(["nei@example.no"]) == {"nei@example.no"}

    @pytest.mark.parametrize("key", ["x", "0" * 32])
    def test_a_broken_link_is_answered_kindly(self, client: Client, key: str) -> None:
        assert client.get(f"/en/undersokelser/avmeld/{key}/").status_code == 404
        assert OptOut.objects.count() == 0


def test_subjects_say_nothing_of_what_it_is_about() -> None:
    survey = factories.make_survey(mode="confidential", title={"en": "Recovery and psychiatry"})
    factories.make_invitation(survey, language="en")
    inviting.send_due_mails()
    assert Mail.objects.get().subject == "We would like to hear from you"
