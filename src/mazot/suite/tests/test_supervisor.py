# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slow: each test starts Mazot as an operator does, stops it or kills it."""

import os
import signal
import socket
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.running import Running, running_mazot, soon

pytestmark = pytest.mark.slow


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_every_role_says_it_is_ready_and_answers(running: Running) -> None:
    assert [line for line in running.lines if line == "worker  | ready"]
    assert httpx.get(running.base_url + "/healthz", timeout=60).text == "ok\n"
    assert set(running.children()) == {"web", "worker", "mail"}


def test_a_second_one_on_the_same_folder_is_refused(running: Running) -> None:
    second = running.run("serve", "--data", str(running.data), "--http", "127.0.0.1:0")
    assert second.returncode == 1
    assert "already serves the data folder" in second.stderr
    assert str(running.process.pid) in second.stderr


def test_a_port_in_use_is_said_in_one_sentence(running: Running, tmp_path: Path) -> None:
    second = running.run("serve", "--data", str(tmp_path), "--http", running.http)
    assert second.returncode == 1
    assert "address already in use" in second.stderr
    assert "--http" in second.stderr
    assert "Traceback" not in second.stderr + second.stdout


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:x", "127.0.0.1:99999", "no.such.host.invalid:80"])
def test_an_address_that_is_none_is_said_too(running: Running, tmp_path: Path, address: str) -> None:
    refused = running.run("serve", "--data", str(tmp_path), "--http", address)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert address in refused.stderr


@pytest.mark.parametrize(("role", "says"), [("sfu", "comes with"), ("cook", "no role 'cook'")])
def test_roles_that_do_not_exist_are_refused_clearly(running: Running, role: str, says: str) -> None:
    refused = running.run("serve", "--data", str(running.data), "--role", role)
    assert refused.returncode == 1
    assert says in refused.stderr


def test_the_keys_and_the_bus_are_for_this_user_alone(running: Running) -> None:
    assert (running.data / "keys").stat().st_mode & 0o077 == 0
    assert all(key.stat().st_mode & 0o077 == 0 for key in (running.data / "keys").iterdir())
    assert (running.data / "run" / "bus.sock").stat().st_mode & 0o077 == 0


def test_it_stops_in_order_and_answers_what_is_under_way() -> None:
    with running_mazot() as mazot:
        children = mazot.children()
        host, port = mazot.http.split(":")
        with socket.create_connection((host, int(port))) as half:
            half.sendall(b"POST /login HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\na=")
            time.sleep(0.3)
            stopping = threading.Thread(target=mazot.stop)
            stopping.start()
            mazot.wait_for("stopping")
            half.sendall(b"b")
            assert half.recv(65536).startswith(b"HTTP/1.1 ")
        stopping.join(90)
        assert mazot.process.returncode == 0
        assert not any(is_alive(process) for process in children.values())


def test_a_killed_child_comes_back_and_nobody_is_refused() -> None:
    with running_mazot() as mazot:
        web = mazot.children()["web"]
        os.kill(web, signal.SIGKILL)
        mazot.wait_for("stopped by signal SIGKILL")
        # The supervisor holds the port: who asks now waits for the new child instead of being refused.
        assert httpx.get(mazot.base_url + "/healthz", timeout=60).status_code == 200
        assert mazot.children()["web"] != web
        os.kill(mazot.children()["worker"], signal.SIGKILL)
        soon(lambda: "worker" not in mazot.children(), within=30)
        soon(lambda: "worker" in mazot.children(), within=90)


def test_a_killed_supervisor_leaves_no_orphan_and_can_start_again_at_once() -> None:
    with running_mazot() as mazot:
        children = mazot.children()
        mazot.kill()
        soon(lambda: not any(is_alive(process) for process in children.values()), within=30)
        mazot.start()
        assert httpx.get(mazot.base_url + "/healthz", timeout=60).status_code == 200
