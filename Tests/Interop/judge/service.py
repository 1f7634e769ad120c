# SPDX-License-Identifier: Apache-2.0
"""Starting a service in a tree and asking it something."""

import subprocess
import time

from .programs import in_tree, sandbox

SOCKET = "/tmp/judged.sock"


def redis_answers(root):
    """What Redis says to PING; the server and the client are the image's."""
    server = subprocess.Popen(
        [*sandbox(root), "/usr/bin/redis-server", "--port", "0", "--unixsocket", SOCKET, "--save", ""],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(50):
            said = in_tree(root, "/usr/bin/redis-cli", "-s", SOCKET, "PING")
            if said.returncode == 0:
                return said.stdout.strip()
            time.sleep(0.2)
        return (said.stdout + said.stderr).strip()
    finally:
        server.terminate()
        server.wait()
