from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning


def proxies_are_told(**_kwargs: Any) -> list[CheckMessage]:
    """Behind a proxy that nobody vouches for, every visitor would share the proxy's address and its limits."""
    if not settings.BEHIND_PROXY or settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return []
    hint = "Set TRUSTED_PROXIES to how many proxies of yours add to X-Forwarded-For; see docs/operations.md."
    return [Warning("BEHIND_PROXY is set, but no proxy is trusted.", hint=hint, id="site.W001")]
