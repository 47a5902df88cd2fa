"""Runs the tests: all of them on PostgreSQL and valkey, then the portable ones on SQLite."""

import argparse
import subprocess
import sys

from tooling import paths


def runs(arguments: list[str]) -> list[list[str]]:
    """The pytest runs that a command line asks for.

    Naming tests, or saying --sqlite, asks for one run; saying nothing asks for both.
    """
    parser = argparse.ArgumentParser(
        prog="script/test",
        description=__doc__,
        epilog="Everything else goes to pytest: paths of tests, -k, -x, --lf, -n 0 ...",
    )
    parser.add_argument("--sqlite", action="store_true", help="only the portable tests on SQLite")
    parser.add_argument("--no-browser", action="store_true", help="leave out the browser tests")
    known, rest = parser.parse_known_args(arguments)
    options = [*(["--no-browser"] if known.no_browser else []), *rest]
    if not any(option.startswith(("-n", "--numprocesses", "--pdb")) for option in rest):
        options = ["-n", "2", "--dist", "worksteal", *options]
    if known.sqlite:
        return [["--sqlite", *options]]
    if any(option.startswith("tests/") for option in rest):
        return [options]
    return [options, ["--sqlite", *options]]


def main(arguments: list[str]) -> int:
    worst = 0
    for options in runs(arguments):
        process = subprocess.Popen([sys.executable, "-m", "pytest", *options], cwd=paths.ROOT)
        try:
            code = process.wait()
        except KeyboardInterrupt:
            process.wait()
            return 130
        worst = worst or code
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
