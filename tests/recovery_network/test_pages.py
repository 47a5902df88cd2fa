import gzip
import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from conferences.models import Conference
from network.models import User
from recovery_network.pages import KeptPagesMiddleware, keep, witness

PATH = "/arrangementer/konferansen/"
pytestmark = pytest.mark.django_db


def test_a_kept_page_is_the_page_with_all_its_headers(
    outsider: Client, conference: Conference
) -> None:
    first, again = outsider.get(PATH), outsider.get(PATH)
    assert again.content == first.content
    assert dict(again.headers) == dict(first.headers)
    for header in ("Content-Security-Policy", "X-Frame-Options", "Content-Language"):
        assert again[header]


def test_a_signed_in_visitor_gets_it_without_a_look_at_the_session(
    client: Client,
    conference: Conference,
    organiser: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    page = client.get(PATH).content
    client.force_login(organiser)
    with django_assert_num_queries(1):
        assert client.get(PATH).content == page


def test_it_is_packed_only_for_those_who_unpack(outsider: Client, conference: Conference) -> None:
    plain = outsider.get(PATH)
    for _cold_and_kept in range(2):
        packed = outsider.get(PATH, headers={"accept-encoding": "gzip, br"})
        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == plain.content
    assert "Content-Encoding" not in outsider.get(PATH)
    assert "Accept-Encoding" in plain["Vary"]


def test_addresses_with_a_question_are_answered_anew(
    outsider: Client, conference: Conference, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    outsider.get(PATH)
    for _twice in range(2):
        with django_assert_num_queries(3):
            assert outsider.get(f"{PATH}?utm=brev").status_code == 200


def test_a_form_sent_to_a_kept_page_is_not_answered_with_it(
    outsider: Client, conference: Conference
) -> None:
    outsider.get(PATH)
    assert outsider.post(PATH).status_code == 405


@pytest.mark.parametrize(("status", "cookie"), [(404, ""), (200, "session")])
def test_what_is_for_one_person_or_went_wrong_is_not_kept(
    rf: RequestFactory, conference: Conference, status: int, cookie: str
) -> None:
    answers = iter(["first", "second"])

    def answer(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse(next(answers), status=status)
        if cookie:
            response.set_cookie(cookie, "x")
        return keep(response, witness(Conference.objects.revisions()))

    middleware = KeptPagesMiddleware(answer)
    contents = [middleware(rf.get("/")).content for _twice in range(2)]
    assert contents == [b"first", b"second"]


def test_a_page_that_nobody_vouches_for_is_not_kept(rf: RequestFactory) -> None:
    answers = iter([b"first", b"second"])
    middleware = KeptPagesMiddleware(lambda _request: HttpResponse(next(answers)))
    assert [middleware(rf.get("/")).content for _twice in range(2)] == [b"first", b"second"]


def test_the_log_names_the_route_of_a_kept_page(
    outsider: Client, conference: Conference, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "recovery_network.requests"):
        outsider.get(PATH)
        outsider.get(PATH)
    routes = [vars(record)["route"] for record in caplog.records]
    assert routes == ["arrangementer/<slug:slug>/"] * 2
