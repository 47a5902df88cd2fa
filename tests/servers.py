"""Starts what the tests run on, before Django reads its settings.

`pytest` alone takes a private PostgreSQL and a private valkey; TEST_DATABASE_URL and TEST_REDIS_URL name
others. `--sqlite` runs the portable tests as a small installation would: SQLite, jobs through files.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import no_network
from tooling import catalogues, chromium
from tooling.private_servers import PrivateServers
from tooling.processes import NotStarted

FIXED = {
    "DEMO": "1",
    "SECRET_KEY": "only-for-tests-" + "0123456789" * 5,
    "FIELD_KEYS": "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGU=",
    "SITE_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "PLAIN_STATIC_NAMES": "1",
    "LOG_LEVEL": "WARNING",
    "DATABASE_POOL_SIZE": "40",  # races have a connection for each of many threads
}
INHERITED = ("DATABASE_URL", "REDIS_URL", "DATA_DIR", "EMAIL_URL", "DEFAULT_FROM_EMAIL")
BROWSER_TESTS = Path(__file__).parent / "browser"
TOOLING_TESTS = Path(__file__).parent / "tooling"
described = pytest.StashKey[str]()
servers = pytest.StashKey[PrivateServers]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("recovery network")
    group.addoption("--sqlite", action="store_true", help="run the portable tests on SQLite")
    group.addoption("--no-browser", action="store_true", help="leave out the browser tests")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        _prepare_run(early_config)
    else:
        _prepare_worker(worker)
    no_network.install()
    return (yield)


def _prepare_run(config: pytest.Config) -> None:
    for name in INHERITED:
        os.environ.pop(name, None)
    os.environ |= FIXED
    folder = tempfile.mkdtemp(prefix="recovery-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _make_data_dir(Path(folder))
    catalogues.compile_all()
    if config.known_args_namespace.sqlite:
        config.stash[described] = "SQLite, jobs through files"
        return
    database, redis = (
        os.environ.get("TEST_DATABASE_URL"),
        os.environ.get("TEST_REDIS_URL"),
    )
    config.stash[described] = "PostgreSQL of TEST_DATABASE_URL, Redis of TEST_REDIS_URL"
    if not (database and redis):
        try:
            started = PrivateServers()
        except NotStarted as error:
            raise pytest.UsageError(str(error)) from error
        config.stash[servers] = started
        config.stash[described] = started.described
        if database:
            config.stash[described] = f"PostgreSQL of TEST_DATABASE_URL; {started.described}"
        database, redis = database or started.database_url, redis or started.redis_url
    os.environ["DATABASE_URL"] = database
    os.environ["REDIS_URL"] = f"{redis.rstrip('/')}/0" if redis.count("/") < 3 else redis


def _prepare_worker(worker: str) -> None:
    """Give one of several processes its own folder and its own part of the Redis server."""
    _make_data_dir(Path(os.environ["DATA_DIR"], worker))
    if redis := os.environ.get("REDIS_URL"):
        number = int(worker.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = f"{redis.rpartition('/')[0]}/{number}"


def _make_data_dir(folder: Path) -> None:
    """As script/server leaves it: with a folder of collected static files, which whitenoise expects."""
    (folder / "static").mkdir(parents=True)
    os.environ["DATA_DIR"] = str(folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    if (started := config.stash.get(servers, None)) is not None:
        started.stop()


def pytest_configure(config: pytest.Config) -> None:
    """Leave the databases to the end of their private server: a killed process of a test may still hold one."""
    config.option.reuse_db = "TEST_DATABASE_URL" not in os.environ


def pytest_report_header(config: pytest.Config) -> str:
    return f"runs on: {config.stash.get(described, 'as told by the first process')}"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Refuse to test another database than was asked for."""
    from django.db import connection  # settings can't be read before the servers run

    wanted = "sqlite" if session.config.option.sqlite else "postgresql"
    if connection.vendor != wanted:
        raise pytest.UsageError(f"The settings chose {connection.vendor}, not {wanted}.")
    if wanted == "sqlite":
        # A file, as in a real installation: the one in memory knows neither WAL nor waiting.
        test_file = Path(os.environ["DATA_DIR"], "test.sqlite3")
        connection.settings_dict["TEST"]["NAME"] = str(test_file)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    unwanted = set()
    if config.option.sqlite:
        unwanted = {"postgresql", "browser", "once"}
    elif config.option.no_browser:
        unwanted = {"browser"}
    for item in items:
        if BROWSER_TESTS in item.path.parents:
            item.add_marker("browser")
        if TOOLING_TESTS in item.path.parents:
            item.add_marker("once")
    left_out = [item for item in items if unwanted & {mark.name for mark in item.iter_markers()}]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    if any(item.get_closest_marker("browser") for item in items):
        try:
            chromium.find()
        except NotStarted as error:
            raise pytest.UsageError(str(error)) from error


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test that did not run is not a test that passed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    counts = {
        name: len(terminalreporter.stats.get(name, [])) for name in ("passed", "failed", "error")
    }
    skipped = len(terminalreporter.stats.get("skipped", []))
    terminalreporter.write_line(
        f"{config.stash.get(described, '')}: {sum(counts.values())} ran, "
        f"{skipped} skipped{' (a skipped test is a failure)' if skipped else ''}"
    )
    if config.option.no_browser:
        terminalreporter.write_line("The browser tests were left out: --no-browser")
