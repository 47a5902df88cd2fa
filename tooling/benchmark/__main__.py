"""Measures the site beside bare Django views: same PostgreSQL, same gunicorn with two workers of four threads, in one run."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from tooling import catalogues
from tooling.benchmark import measures, newsletters, parties, report, surveys
from tooling.benchmark.web import Web
from tooling.checks import production
from tooling.paths import ROOT
from tooling.private_servers import PrivateServers

# As an operator would run it: nothing that makes PostgreSQL careless. It tells in which order it committed.
DURABLE: dict[str, str] = {"track_commit_timestamp": "on"}
MEASURES = measures.ALL | {
    "parties": parties.parties,
    "newsletter": newsletters.newsletter,
    "surveys": surveys.surveys,
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="script/benchmark", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="of load in each round")
    parser.add_argument("only", nargs="*", help=", ".join(MEASURES))
    options = parser.parse_args(arguments)
    if unknown := set(options.only) - set(MEASURES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    catalogues.compile_all()
    with (
        tempfile.TemporaryDirectory(prefix="recovery-benchmark-") as folder,
        PrivateServers(postgres_options=DURABLE) as servers,
    ):
        print(f"{servers.described}; {os.cpu_count()} cores, shared with the load generator")
        return run(options.only or list(MEASURES), options.seconds, Path(folder), servers)


def run(chosen: list[str], seconds: float, folder: Path, servers: PrivateServers) -> int:
    site_database, bare_database = (database(servers, name) for name in ("site", "bare"))
    environment = os.environ | production(folder)
    environment |= {
        "DJANGO_SETTINGS_MODULE": "recovery_network.settings",
        "SITE_URL": "https://127.0.0.1",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": site_database,
        "REDIS_URL": f"{servers.redis_url}/0",
    }
    manage(environment, "migrate", "--no-input", "--verbosity", "0")
    manage(environment, "collectstatic", "--no-input", "--verbosity", "0")
    manage(environment | {"DEMO": "1"}, "loaddemo")
    bare = os.environ | {
        "DATABASE_URL": bare_database,
        "DJANGO_SETTINGS_MODULE": "tooling.benchmark.bare.settings",
    }
    django = [sys.executable, "-m", "django"]
    subprocess.run(
        [*django, "migrate", "--run-syncdb", "--verbosity", "0"], cwd=ROOT, env=bare, check=True
    )
    site_server = ["-c", "python:recovery_network.web_server", "recovery_network.wsgi"]
    failed = 0
    with (
        Web.start(["tooling.benchmark.bare.wsgi"], bare, log=folder / "bare.log") as bare_web,
        Web.start(site_server, environment, log=folder / "site.log") as site_web,
    ):
        bench = measures.Bench(environment, bare_web, site_web, seconds, folder)
        for name in chosen:
            for line in MEASURES[name](bench):
                report.show(line)
                failed += not line.met
    return 1 if failed else 0


def database(servers: PrivateServers, name: str) -> str:
    """Make an empty database and return its address."""
    with psycopg.connect(servers.database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"{servers.database_url.rpartition('/')[0]}/{name}"


def manage(environment: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
