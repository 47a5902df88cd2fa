"""A real Chromium on pages of a real server; nothing beyond this machine can be reached from it."""

import os
from collections.abc import Iterator

import pytest
from django.utils import translation
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tooling import chromium

# Playwright runs an event loop in this thread, and Django would refuse its database because of it.
ASYNC_UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    arguments = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    os.environ[ASYNC_UNSAFE] = "1"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=arguments)
            yield browser
            browser.close()
    finally:
        del os.environ[ASYNC_UNSAFE]


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A new visitor's window on the site. What the browser complains of, such as a breach of the
    content security policy or a missing file, fails the test."""
    context = browser.new_context(base_url=live_server.url, locale="nb-NO")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.extend(_complaint(message)))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # The language of the thread, which an earlier test may have left behind, decides addresses.
    with translation.override("nb"):
        yield page
    context.close()
    assert complaints == []


def _complaint(message: ConsoleMessage) -> list[str]:
    return [message.text] if message.type in {"error", "warning"} else []
