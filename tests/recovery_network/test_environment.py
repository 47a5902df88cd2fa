import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from recovery_network.environment import Environment

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "a-long-and-random-looking-value-0123456789-abcdefghij",
    "FIELD_KEYS": "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGU=",
    "SITE_URL": "https://konferanse.example.org",
    "EMAIL_URL": "smtp://user:p%40ss@mail.example.org:587?tls=1",
    "DEFAULT_FROM_EMAIL": "Nettverk <post@example.org>",
}


def environment(tmp_path: Path, **changes: str) -> Environment:
    return Environment({**PRODUCTION, "DATA_DIR": str(tmp_path), **changes}, base=tmp_path)


def start(tmp_path: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """What an operator sees who starts the site with these values."""
    values = {**PRODUCTION, "DATA_DIR": str(tmp_path), **changes}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **values},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_is_clean_by_djangos_own_measure(tmp_path: Path) -> None:
    found = start(tmp_path)

    assert (found.returncode, found.stdout) == (
        0,
        "System check identified no issues (0 silenced).\n",
    )


@pytest.mark.parametrize("name", sorted(PRODUCTION))
def test_a_missing_value_stops_the_start_and_says_how_to_mend_it(tmp_path: Path, name: str) -> None:
    found = start(tmp_path, **{name: ""})

    assert found.returncode == 1
    assert f"{name} is not set. " in found.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "x" * 60),
        ("FIELD_KEYS", "not-a-key"),
        ("SITE_URL", "konferanse.example.org"),
        ("SITE_URL", "http://konferanse.example.org"),
        ("SITE_URL", "https://konferanse.example.org/path"),
        ("ALLOWED_HOSTS", "*"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_POOL_SIZE", "many"),
        ("DATABASE_POOL_SIZE", "0"),
        ("REDIS_URL", "http://localhost"),
        ("EMAIL_URL", "mail.example.org"),
        ("DEMO", "perhaps"),
        ("DEBUG", "1"),
    ],
)
def test_nonsense_stops_the_start_and_names_the_value(
    tmp_path: Path, name: str, value: str
) -> None:
    database = {"DATABASE_URL": "postgres://u:p@localhost/x"} if "POOL" in name else {}
    found = start(tmp_path, **{**database, name: value})

    assert found.returncode == 1
    assert name in found.stderr.splitlines()[-1]


def test_mail_settings_are_read_from_one_address(tmp_path: Path) -> None:
    found = environment(tmp_path).email()

    assert found == {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example.org",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "user",
        "EMAIL_HOST_PASSWORD": "p@ss",
        "EMAIL_USE_SSL": False,
        "EMAIL_USE_TLS": True,
    }


def test_the_demo_needs_nothing_and_keeps_its_secrets_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text('{"SECRET_KEY": "made-once"}')
    demo = Environment({"DEMO": "1", "DATA_DIR": str(tmp_path)}, base=tmp_path)

    assert demo.secret_key() == "made-once"
    assert demo.site_url() == "http://127.0.0.1:8000"
    assert demo.email()["EMAIL_FILE_PATH"] == str(tmp_path / "mail")


def test_hosts_follow_from_the_address(tmp_path: Path) -> None:
    assert environment(tmp_path).allowed_hosts() == ["konferanse.example.org"]
    with pytest.raises(ImproperlyConfigured):
        environment(tmp_path, ALLOWED_HOSTS="a.example.org,*").allowed_hosts()
