import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from network.models import User
from recovery_network.audit.actions import record
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def wording() -> Wording:
    return Wording.objects.create(kind="greeting", language="nb", subject="Hei")


def test_event_tells_who_did_what_to_which_row(organiser: User, wording: Wording) -> None:
    record(
        action="mail.wording_saved",
        by=organiser,
        object=wording,
        conference_id=7,
        reason="Kortere",
        fields=["subject"],
    )
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_id, event.actor_label) == (
        "mail.wording_saved",
        organiser.pk,
        "Olga Organisator",
    )
    assert (event.object_label, event.object_text) == (
        f"mail.wording:{wording.pk}",
        str(wording._meta.verbose_name),
    )
    assert (event.conference_id, event.reason) == (7, "Kortere")
    assert event.details == {"fields": ["subject"]}


def test_system_acts_in_no_ones_name() -> None:
    event = record(action="privacy.retention", by=None, object=None)
    assert (event.actor_id, event.actor_label, event.object_label) == (None, "", "")


def test_those_who_are_not_staff_are_numbers(member: User) -> None:
    assert record(action="network.joined", by=member, object=None).actor_label == f"#{member.pk}"


def test_row_is_not_called_by_what_it_is_called(member: User) -> None:
    """A row's own name may be that of a person; the log speaks one language."""
    with translation.override("en"):
        event = record(action="network.user_changed", by=None, object=member)
    with translation.override("nb"):
        assert event.object_text == str(member._meta.verbose_name)


def test_addresses_are_masked_wherever_they_stand(organiser: User) -> None:
    event = record(
        action="x.y",
        by=organiser,
        object=None,
        reason="Kari (kari@example.no) ba om det",
        note="a@b.no",
        nested={"to": ["<ola@example.no>", 5, None, True]},
    )
    event.refresh_from_db()
    assert event.reason == "Kari ([address]) ba om det"
    assert event.details == {"note": "[address]", "nested": {"to": ["<[address]>", 5, None, True]}}


def test_event_is_undone_with_what_it_tells_of() -> None:
    @transaction.atomic
    def change_that_fails() -> None:
        record(action="x.y", by=None, object=None)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_that_fails()
    assert AuditEvent.objects.count() == 0


def test_event_outlives_its_row(organiser: User, wording: Wording) -> None:
    record(action="mail.wording_deleted", by=organiser, object=wording)
    wording.delete()
    organiser.delete()
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("audit_action_not_blank", {"action": ""}),
        ("audit_known_actor_has_label", {"action": "x", "actor_id": 5}),
    ],
)
def test_database_refuses(constraint: str, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AuditEvent.objects.create(**fields)
