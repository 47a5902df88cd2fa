"""Shows a mail's HTML inside one of our pages: in a frame that can do nothing but be read."""

import re
from base64 import b64encode
from hashlib import sha256
from typing import TypeVar

from csp.constants import NONE, SELF
from django.http import HttpResponse

Framed = TypeVar("Framed", bound=HttpResponse)

STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
# Links open the whole page; scripts, forms and plug-ins stay shut.
SANDBOX = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"


def html_response(html: str) -> HttpResponse:
    """The mail as a page of its own, for a frame on our site, under a policy of its own.

    Only the style that the mail itself carries may be used, so no unsafe-inline is needed.
    """
    response = HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))
    directives = {
        "default-src": NONE,
        "style-src": " ".join(style_hashes(html)) or NONE,
        "img-src": "data:",
        "frame-ancestors": SELF,
        "sandbox": SANDBOX,
    }
    response["Content-Security-Policy"] = "; ".join(
        f"{name} {value}" for name, value in directives.items()
    )
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "no-store"
    return response


def framing(response: Framed) -> Framed:
    """Lets one page of ours show frames from our own site, which the site's policy else forbids."""
    response._csp_update = {"frame-src": [SELF]}  # type: ignore[attr-defined]
    return response


def style_hashes(html: str) -> list[str]:
    return [
        f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"
        for style in STYLE.findall(html)
    ]
