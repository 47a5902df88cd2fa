"""What a visitor does with the pages, through Django's test client."""

import re
from typing import Any

from django.test import Client

from recovery_network.mail.models import Mail

PREFIX = re.compile(r"^/(nn|da|en)(?=/)")
ADDRESS = re.compile(r"http://testserver(\S+)")


def register_page(slug: str) -> str:
    return f"/arrangementer/{slug}/pamelding/"


def english(path: str) -> str:
    """The same page in English, whatever language the path is in."""
    return f"/en{PREFIX.sub('', path)}"


def hidden_key(response: Any) -> str:
    """The key that the form on the page carries, so that sending it twice is harmless."""
    found = re.search(r'name="submission" value="([^"]+)"', response.content.decode())
    assert found is not None, "There is no form on the page"
    return found.group(1)


def typed(client: Client, slug: str = "konferansen", **changes: Any) -> dict[str, Any]:
    """A form filled in as it should be, but for `changes`; None leaves a field out."""
    answers = {
        "submission": hidden_key(client.get(register_page(slug))),
        "name": "Åse Dahl",
        "email": "ase@example.no",
        "organisation": "Hå kommune",
        "tier": "ansatt",
        "terms": "on",
        **changes,
    }
    return {name: value for name, value in answers.items() if value is not None}


def send(client: Client, slug: str = "konferansen", **changes: Any) -> Any:
    return client.post(register_page(slug), typed(client, slug, **changes))


def mailed(email: str) -> list[str]:
    """The kinds of the mails to `email`, in the order they were written."""
    found = Mail.objects.filter(recipient=email).order_by("pk")
    return list(found.values_list("kind", flat=True))


def link_in(mail: Mail, part: str) -> str:
    """The path of the link in the mail's plain text that has `part` in it."""
    paths: list[str] = ADDRESS.findall(mail.text)
    return next(path for path in paths if part in path)
