"""Whose address limits go by: the visitor's, as far as the operator vouches for the proxies between."""

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from pytest_django import Settings

from recovery_network.checks import proxies_are_told
from recovery_network.limits import client_address

PROXY, VISITOR, INVENTED = "10.0.0.1", "198.51.100.7", "203.0.113.9"
CODE = "/konto/login/code/"


@pytest.mark.parametrize(
    ("trusted", "forwarded", "known_as"),
    [
        (0, None, PROXY),
        (0, VISITOR, PROXY),
        (1, VISITOR, VISITOR),
        (1, f"{INVENTED}, {VISITOR}", VISITOR),
        (2, f"{INVENTED}, {VISITOR}, 10.0.0.2", VISITOR),
        (1, f"{VISITOR}:4711", VISITOR),
        (1, None, PROXY),
        (2, VISITOR, PROXY),
        (1, "tull", ""),
    ],
)
def test_address_of_the_visitor(
    trusted: int, forwarded: str | None, known_as: str, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=PROXY)
    assert client_address(request) == known_as


@pytest.mark.django_db
@pytest.mark.parametrize(("trusted", "statuses"), [(0, [302, 200]), (1, [302, 302])])
def test_signing_in_goes_by_the_same_address(
    trusted: int, statuses: list[int], settings: Settings
) -> None:
    """Whoever is beyond the limit sees the form again, with a sentence."""
    cache.clear()
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": "1/m/ip"}
    found = [
        Client()
        .post(CODE, {"email": f"{place}@example.no"}, headers={"X-Forwarded-For": place})
        .status_code
        for place in (VISITOR, INVENTED)
    ]
    assert found == statuses


@pytest.mark.parametrize(
    ("behind", "trusted", "warned"), [(True, 0, ["site.W001"]), (True, 1, []), (False, 0, [])]
)
def test_a_proxy_that_nobody_vouches_for_is_told(
    behind: bool, trusted: int, warned: list[str], settings: Settings
) -> None:
    settings.BEHIND_PROXY, settings.ALLAUTH_TRUSTED_PROXY_COUNT = behind, trusted
    assert [each.id for each in proxies_are_told()] == warned
