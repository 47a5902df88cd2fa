import pytest

from tooling.suite import runs

CORES = ["-n", "2", "--dist", "worksteal"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], [CORES, ["--sqlite", *CORES]]),
        (["-x"], [[*CORES, "-x"], ["--sqlite", *CORES, "-x"]]),
        (["-k", "mail"], [[*CORES, "-k", "mail"], ["--sqlite", *CORES, "-k", "mail"]]),
        (["--sqlite"], [["--sqlite", *CORES]]),
        (["tests/mail"], [[*CORES, "tests/mail"]]),
        (["tests/mail/test_outbox.py::test_x"], [[*CORES, "tests/mail/test_outbox.py::test_x"]]),
        (["--sqlite", "tests/mail"], [["--sqlite", *CORES, "tests/mail"]]),
        (["-n", "0", "tests/mail"], [["-n", "0", "tests/mail"]]),
        (["--no-browser"], [[*CORES, "--no-browser"], ["--sqlite", *CORES, "--no-browser"]]),
    ],
)
def test_a_command_line_asks_for_these_runs(
    arguments: list[str], expected: list[list[str]]
) -> None:
    assert runs(arguments) == expected
