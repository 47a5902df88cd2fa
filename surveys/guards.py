"""How an answer is protected without a cookie.

Nobody's authority is used when an answer is sent, so there is none that a forged form could borrow; only
pages of this site may send one. Each page carries a signed number of its own: without having fetched a page
nobody sends anything, and the same page sent twice gives one answer.
"""

import uuid
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpRequest

SALT = "surveys.page"
# People don't see it; programs fill it in.
TRAP = "website"


def comes_from_us(request: HttpRequest) -> bool:
    """Whether the browser says that one of our own pages sends this, or is too old to say anything."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


def fell_into_the_trap(request: HttpRequest) -> bool:
    return bool(request.POST.get(TRAP))


def new_page_number(slug: str) -> str:
    return signing.Signer(salt=f"{SALT}.{slug}").sign(uuid.uuid4().hex)


def page_number(slug: str, signed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(signing.Signer(salt=f"{SALT}.{slug}").unsign(signed))
    except (signing.BadSignature, ValueError):
        return None
