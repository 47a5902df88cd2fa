import json
import socket
import stat
from pathlib import Path

import pytest

from tooling import prepare, server, stamps


def test_secrets_are_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    server.make_secrets(path)
    first = path.read_text()
    server.make_secrets(path)
    assert path.read_text() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(first).keys() == {"SECRET_KEY", "FIELD_KEYS"}


def test_two_installations_get_different_secrets(tmp_path: Path) -> None:
    server.make_secrets(tmp_path / "one")
    server.make_secrets(tmp_path / "two")
    one, two = (json.loads((tmp_path / name).read_text()) for name in ("one", "two"))
    assert one["SECRET_KEY"] != two["SECRET_KEY"]
    assert one["FIELD_KEYS"] != two["FIELD_KEYS"]


def test_a_taken_port_gives_the_next_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with server.listen("127.0.0.1", port) as listener:
            assert port < listener.getsockname()[1] < port + server.TRIED_PORTS


def test_an_address_of_another_machine_is_an_error_and_no_search() -> None:
    with pytest.raises(OSError, match="assign requested address"):
        server.listen("192.0.2.1", 8000)


def test_only_one_server_on_a_data_folder_runs_the_clock(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "lock").open("w") as first, (tmp_path / "lock").open("w") as second:
        assert [server.is_free(first), server.is_free(second)] == [True, False]
    assert capsys.readouterr().out == (
        "Another server runs on this data folder; the clock is left to it.\n"
    )


def test_a_new_folder_needs_every_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert prepare.outdated(tmp_path) == ["migrate", "collectstatic", "loaddemo"]


def test_a_prepared_folder_needs_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    _remember_everything(tmp_path)
    (tmp_path / "db.sqlite3").touch()
    assert prepare.outdated(tmp_path) == []


def test_a_lost_database_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    _remember_everything(tmp_path)
    assert prepare.outdated(tmp_path) == ["migrate", "loaddemo"]


def test_a_database_elsewhere_is_never_taken_for_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/site")
    _remember_everything(tmp_path)
    assert prepare.outdated(tmp_path) == ["migrate", "loaddemo"]


def _remember_everything(folder: Path) -> None:
    for step, state in prepare.wanted().items():
        stamps.write(folder / "prepared" / step, state)
