"""The pages of those who run a gathering, in a real browser: wide and narrow, light and dark, and the ways through them."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from conferences.models import Conference
from network.models import User
from registrations.actions.checking_in import check_in
from registrations.actions.overriding import raise_limit
from registrations.actions.writing import send_message, send_messages, write_message
from registrations.models import Message, Registration, Tier
from registrations.segments import Segment
from tests import factories
from tests.browser.test_admin import NARROW, WIDE, faults, signed_in, superuser

__all__ = ["signed_in", "superuser"]

TEXTS = {"nb": ("Praktisk", "Hei {name}"), "da": ("Praktisk", "Hej **{name}**")}
LIST = "Name;E-mail;Ticket type;Organisation\nÅse;aase@example.no;Ansatt;Hå kommune\nBo;x;Gull;\n"


@pytest.fixture
def filled(employee_tier: Tier, free_tier: Tier, superuser: User) -> dict[str, str]:
    """A gathering that begins soon, with an organisation beyond its share, and the addresses of its pages."""
    conference = employee_tier.conference
    Conference.objects.update(starts_at=timezone.now() + timedelta(hours=3), offer_hours=1)
    municipality = factories.make_organisation("Hå kommune")
    for _number in range(7):
        factories.make_registration(free_tier, organisation=municipality, accept_waiting=True)
    raise_limit(
        tier=free_tier, organisation=municipality, limit=6, reason="Egen buss", by=superuser
    )
    guest = factories.make_registration(employee_tier, name="Anne-Margrethe Østensjø Bjørnson")
    check_in(registration=factories.make_registration(employee_tier, name="Bo"), by=superuser)
    Registration.objects.filter(pk=guest.pk).update(email="")
    waiting = Registration.objects.in_line().get()
    draft, sent = (
        write_message(
            conference=conference,
            segment=Segment(states=("confirmed",)),
            texts=TEXTS,
            by=superuser,
        )
        for _number in range(2)
    )
    send_message(message=sent, expected=7, by=superuser)
    send_messages()

    def of(name: str, pk: object) -> str:
        return reverse(f"admin:{name}", args=[pk])

    raising = of("conferences_conference_raise_limit", conference.pk)
    return {
        "door": of("conferences_conference_door", conference.pk),
        "door: found": of("conferences_conference_door", conference.pk) + "?q=deltaker",
        "board": of("conferences_conference_board", conference.pk),
        "raise limit": f"{raising}?tier={free_tier.pk}&organisation={municipality.pk}",
        "register": of("conferences_conference_register", conference.pk),
        "import": of("conferences_conference_import", conference.pk),
        "export": of("conferences_conference_export", conference.pk),
        "waits": of("registrations_registration_change", waiting.pk),
        "move": of("registrations_registration_move", guest.pk),
        "put first": of("registrations_registration_put_first", waiting.pk),
        "write: choose": reverse("admin:registrations_message_add"),
        "write": f"{reverse('admin:registrations_message_add')}?conference={conference.pk}",
        "draft": of("registrations_message_change", draft.pk),
        "send": of("registrations_message_send", draft.pk),
        "sent": of("registrations_message_change", sent.pk),
        "messages": reverse("admin:registrations_message_changelist"),
    }


def faults_in_every_look(page: Page) -> list[object]:
    """Wide in light, then narrow in dark, without loading the page again."""
    found: list[object] = []
    for size, scheme in ((WIDE, "light"), (NARROW, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.wait_for_timeout(300)  # colours of links fade over
        if faulty := faults(page):
            found.append({scheme: faulty})
    return found


def test_pages_have_no_faults(signed_in: Page, filled: dict[str, str]) -> None:
    found = {}
    for name, address in filled.items():
        response = signed_in.goto(address)
        assert response is not None
        assert response.status == 200
        if faulty := faults_in_every_look(signed_in):
            found[name] = faulty
    assert found == {}


def test_at_the_door_with_the_keyboard(signed_in: Page, filled: dict[str, str]) -> None:
    signed_in.set_viewport_size(NARROW)
    signed_in.goto(filled["door"])
    expect(signed_in.get_by_role("searchbox")).to_be_focused()
    signed_in.keyboard.type("anne-marg")
    signed_in.keyboard.press("Enter")
    signed_in.get_by_role("button", name="Er kommet").press("Enter")
    expect(signed_in.locator(".messagelist .success")).to_have_count(1)
    assert Registration.objects.attended().count() == 2
    signed_in.get_by_role("button", name="Angre").first.press("Enter")
    expect(signed_in.locator(".messagelist .success")).to_have_count(1)
    assert Registration.objects.attended().count() == 1


def test_people_who_phoned_and_a_spreadsheet(
    signed_in: Page, filled: dict[str, str], tmp_path: Path
) -> None:
    signed_in.goto(filled["register"])
    signed_in.locator("input.default").click()
    assert faults_in_every_look(signed_in) == []
    signed_in.locator("#id_contact_name").fill("Kari K")
    signed_in.locator("#id_contact_email").fill("kari@example.no")
    signed_in.locator("#id_organisation").fill("Hå kommune")
    signed_in.locator("#id_person-1-name").fill("Nina Ny")
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator(".door-people li")).to_have_count(1)
    assert faults_in_every_look(signed_in) == []

    signed_in.goto(filled["import"])
    sheet = tmp_path / "liste.csv"
    sheet.write_text(LIST)
    signed_in.locator("input[type=file]").set_input_files(sheet)
    signed_in.locator("input.default").click()
    assert faults_in_every_look(signed_in) == []
    signed_in.locator("input.default").click()
    expect(signed_in.locator(".messagelist .success")).to_have_count(1)
    assert Registration.objects.filter(name__in=["Nina Ny", "Åse"]).count() == 2


def test_a_message_is_written_looked_at_and_sent(signed_in: Page, filled: dict[str, str]) -> None:
    signed_in.goto(filled["write"])
    signed_in.locator("input.default").click()
    assert faults_in_every_look(signed_in) == []
    signed_in.locator("#id_subject_nb").fill("Nytt rom")
    signed_in.locator("#id_body_nb").fill("Hei {name}, vi er i **annen etasje**.")
    signed_in.locator("input.default").click()
    frame = signed_in.frame_locator("iframe")
    expect(frame.locator("strong")).to_have_text("annen etasje")
    signed_in.locator(".default-button").click()
    signed_in.locator("input.default").click()
    expect(signed_in.locator("progress")).to_have_count(1)
    assert Message.objects.filter(state="sending").count() == 1
