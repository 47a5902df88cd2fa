import io
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from recovery_network.logs import JsonFormatter
from registrations.models import Registration

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> io.StringIO:
    """Everything that our handler writes, from the level INFO on."""
    written = io.StringIO()
    caplog.set_level(logging.INFO, "recovery_network.requests")
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, JsonFormatter):
            monkeypatch.setattr(handler, "stream", written)
    return written


@pytest.mark.django_db
def test_no_key_name_or_address_reaches_the_log(
    client: Client, participant: Registration, log: io.StringIO
) -> None:
    key = participant.manage_key
    client.get(f"/pamelding/{key}/")
    client.get(f"/pamelding/{key}x/")  # 404, which Django itself would log with its path
    client.post(f"/pamelding/{key}/")  # 405
    client.get("/pamelding/", {"email": participant.email})

    written = log.getvalue()
    assert "pamelding/<slug:key>/" in written
    for secret in (key, participant.code, participant.name, participant.email):
        assert secret not in written


@pytest.mark.parametrize("logger", ["django.request", "django.server"])
def test_loggers_that_name_whole_paths_write_nothing(logger: str) -> None:
    code = f"import django, logging; django.setup(); logging.getLogger({logger!r}).error('/secret')"

    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert found.stdout + found.stderr == ""


def test_an_exception_is_logged_by_its_place_not_its_words() -> None:
    try:
        raise ValueError("Per Deltaker, per@example.no")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "unhandled", (), sys.exc_info())

    line = json.loads(JsonFormatter().format(record))

    assert line["error_class"] == "ValueError"
    assert __file__ in line["trace"][0]
    assert "example.no" not in json.dumps(line)
