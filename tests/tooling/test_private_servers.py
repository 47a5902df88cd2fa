import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.tooling.test_supervisor import eventually, is_alive
from tooling import paths

HOLDER = """
import json, sys, time
from tooling.private_servers import PrivateServers
servers = PrivateServers()
print(json.dumps([servers.database_url, servers.redis_url, servers._keeper.pid]), flush=True)
time.sleep(600)
"""


def test_servers_and_their_folder_go_when_their_user_is_killed_outright() -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True, cwd=paths.ROOT
    )
    assert holder.stdout is not None
    database_url, _redis_url, keeper = json.loads(holder.stdout.readline())
    folder = Path(database_url.partition("@")[2].rpartition("/")[0].replace("%2F", "/"))
    postmaster = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()
    assert eventually(lambda: not is_alive(postmaster) and not is_alive(keeper))
    assert eventually(lambda: not folder.parent.exists())
