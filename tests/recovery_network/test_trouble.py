"""What people see when something goes wrong: a page in their language, and nothing of what is inside."""

import re
from typing import Any

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from network.models import User
from recovery_network import limits, urls

pytestmark = pytest.mark.django_db
SECRET = "hemmelig-verdi"


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(SECRET)


urlpatterns = [
    *i18n_patterns(path("gikk-galt/", broken), prefix_default_language=False),
    *urls.urlpatterns,
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500

# What English readers see as the heading; others see other words.
HEADINGS = {
    "400": "We could not read that",
    "403": "You may not see this page",
    "403 forged": "Please send it once more",
    "404": "The path ends here",
    "413": "That was too large",
    "429": "A little too fast",
    "500": "Something failed on our side",
    "503": "We are working on the site",
}


def answers(
    prefix: str, user: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Each sort of trouble, as people get into it."""
    visitor = Client(raise_request_exception=False)
    guarded = Client(enforce_csrf_checks=True)
    staff = Client()
    staff.force_login(user)
    contact = f"{prefix}/kontakt/"
    found = {
        "404": visitor.get(f"{prefix}/finnes-ikke/"),
        "403": staff.get(f"{prefix}/admin/network/user/"),
        "403 forged": guarded.post(contact, {"message": SECRET}),
        "500": visitor.get(f"{prefix}/gikk-galt/"),
    }
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    found["400"] = visitor.post(contact, {"message": SECRET, "name": "x"})
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1
    found["413"] = visitor.post(
        contact, f"message={SECRET}", content_type="application/x-www-form-urlencoded"
    )
    settings.MAINTENANCE = True
    found["503"] = visitor.get(contact)
    settings.MAINTENANCE = False
    monkeypatch.setattr(limits.Limit, "allows", lambda _limit, _request: False)
    found["429"] = visitor.post(f"{prefix}/nettverket/bli-med/person/", {"name": SECRET})
    return found


@pytest.mark.parametrize("language", ["nb", "nn", "da", "en"])
def test_in_the_readers_language_with_the_right_status(
    language: str, organiser: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The language is that of the address, as everywhere on the site, whatever the browser says."""
    settings.ROOT_URLCONF = __name__
    prefix = "" if language == "nb" else f"/{language}"
    found = answers(prefix, organiser, settings, monkeypatch)
    assert set(found) == set(HEADINGS)
    for name, response in found.items():
        page = response.content.decode()
        (heading,) = re.findall("<h1>([^<]+)</h1>", page)
        assert response.status_code == int(name[:3]), name
        assert f'<html lang="{language}"' in page, name
        assert (heading == HEADINGS[name]) == (language == "en"), name
        for inside in ("Traceback", "RuntimeError", SECRET, __file__):
            assert inside not in page, name
        assert f'href="{prefix}/"' in page or name == "503", "the way on is in their language too"
