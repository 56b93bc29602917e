# SPDX-License-Identifier: AGPL-3.0-or-later
"""pretix as its manual sets it up: nginx, gunicorn with two workers, celery, PostgreSQL, Redis; mail to a sink.

The folder is made once (some three minutes) and used again by later runs.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools")]

from with_postgres import _spare_port, _unprivileged, programs  # noqa: E402

N_ORDERS = 5_000


@dataclass
class Peer:
    """Where it answers, what is in it, and the first process of each family."""

    port: int
    seeded: dict[str, Any]
    roots: list[int] = field(default_factory=list)
    gunicorn: int = 0


def ports(folder: Path) -> dict[str, int]:
    """The ports of this folder, chosen once: the configuration names them."""
    kept = folder / "ports.json"
    if not kept.exists():
        with contextlib.ExitStack() as stack:
            probes = [stack.enter_context(socket.socket()) for _ in range(5)]
            for probe in probes:
                probe.bind(("127.0.0.1", 0))
            names = ("nginx", "gunicorn", "postgres", "redis", "mail")
            kept.write_text(json.dumps(dict(zip(names, (p.getsockname()[1] for p in probes), strict=True))))
    found: dict[str, int] = json.loads(kept.read_text())
    return found


@contextlib.contextmanager
def started(command: list[Any], folder: Path, name: str, **how: Any) -> Iterator[int]:
    """A process that ends with the bench; its words go to a log in the folder."""
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log, **how)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()


def wait_for(port: int, name: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit(f"{name} did not start")


def configure(folder: Path, at: dict[str, int]) -> dict[str, str]:
    (folder / "data").mkdir(exist_ok=True)
    (folder / "pretix.cfg").write_text(
        f"""[pretix]
instance_name=bench
url=http://127.0.0.1:{at["nginx"]}
datadir={folder}/data
currency=CHF
[django]
secret=only-for-this-bench-{"x" * 40}
debug=false
[database]
backend=postgresql
name=postgres
user=bench
host=127.0.0.1
port={at["postgres"]}
[mail]
from=box@peer.example
host=127.0.0.1
port={at["mail"]}
[redis]
location=redis://127.0.0.1:{at["redis"]}/0
sessions=true
[celery]
backend=redis://127.0.0.1:{at["redis"]}/1
broker=redis://127.0.0.1:{at["redis"]}/2
"""
    )
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAZOT_", "DJANGO_", "PYTHONPATH"))
    }
    return kept | {"PRETIX_CONFIG_FILE": str(folder / "pretix.cfg"), "DJANGO_SETTINGS_MODULE": "pretix.settings"}


def nginx_configuration(folder: Path, at: dict[str, int], static: Path) -> Path:
    file = folder / "nginx.conf"
    file.write_text(
        f"""daemon off;
{"user root;" if os.getuid() == 0 else ""}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
events {{ worker_connections 1024; }}
http {{
  include /etc/nginx/mime.types;
  access_log off;
  gzip on;
  gzip_types text/css text/javascript application/javascript application/json image/svg+xml;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{at["nginx"]};
    location /static/ {{ alias {static}/; expires 365d; add_header Cache-Control public; }}
    location / {{
      proxy_pass http://127.0.0.1:{at["gunicorn"]};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
  }}
}}
"""
    )
    return file


@contextlib.contextmanager
def cluster(folder: Path, port: int = 0) -> Iterator[tuple[int, int]]:
    """PostgreSQL with its own defaults, durable as they are: its port and its first process."""
    binaries = programs()
    if binaries is None:
        raise SystemExit("PostgreSQL is not installed")
    who, home, port = _unprivileged(), folder / "cluster", port or _spare_port()
    for above in [folder, *folder.parents][:-1]:
        with contextlib.suppress(PermissionError):
            above.chmod(above.stat().st_mode | 0o011)
    if not home.exists():
        home.mkdir()
        if who:
            os.chown(home, who["user"], who["group"])
        words = [binaries / "initdb", "--pgdata", home, "--username=bench", "--auth=trust"]
        words += ["--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL, cwd="/", **who)
    words = [binaries / "postgres", "-D", home, "-p", port, "-c", "listen_addresses=127.0.0.1"]
    words += ["-c", "unix_socket_directories="]
    with started(words, folder, "postgres", cwd="/", **who) as pid:
        wait_for(port, "PostgreSQL")
        yield port, pid


@contextlib.contextmanager
def peer(venv: Path, folder: Path) -> Iterator[Peer]:
    """A furnished, running pretix."""
    redis = shutil.which("redis-server")
    if redis is None:
        raise SystemExit("pretix needs Redis (redis-server)")
    folder.mkdir(parents=True, exist_ok=True)
    at = ports(folder)
    environment = configure(folder, at)
    package = next(venv.glob("lib/python3*/site-packages/pretix"))
    cache = [redis, "--port", at["redis"], "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    sink = [sys.executable, Path(__file__).with_name("sink.py"), at["mail"]]
    web = [venv / "bin" / "gunicorn", "pretix.wsgi", "--workers", "2", "--max-requests", "1200"]
    web += ["--max-requests-jitter", "50", "--bind", f"127.0.0.1:{at['gunicorn']}", "--no-control-socket"]
    worker = [venv / "bin" / "celery", "-A", "pretix.celery_app", "worker", "-l", "warning"]
    nginx = [shutil.which("nginx") or "/usr/sbin/nginx", "-c", nginx_configuration(folder, at, package / "static.dist")]
    with contextlib.ExitStack() as stack:
        redis_pid = stack.enter_context(started(cache, folder, "redis"))
        stack.enter_context(started(sink, folder, "sink"))  # not counted: it is nobody's
        wait_for(at["redis"], "Redis")
        seeded = furnished(folder, venv / "bin" / "python", environment, at["postgres"])
        _port, database = stack.enter_context(cluster(folder, at["postgres"]))
        families = [database, redis_pid]
        gunicorn = stack.enter_context(started(web, folder, "gunicorn", env=environment))
        families += [gunicorn, stack.enter_context(started(worker, folder, "celery", env=environment))]
        families.append(stack.enter_context(started(nginx, folder, "nginx")))
        wait_for(at["gunicorn"], "gunicorn")
        wait_for(at["nginx"], "nginx")
        yield Peer(at["nginx"], seeded, families, gunicorn)


def furnished(folder: Path, python: Path, environment: dict[str, str], port: int) -> dict[str, Any]:
    """What is in its database: made at the first run, and a fresh copy of that at each."""
    kept, pristine = folder / "seeded.json", folder / "pristine"
    if not kept.exists():
        shutil.rmtree(pristine, ignore_errors=True)
        pristine.mkdir()
        with cluster(pristine, port):
            tables = [python, "-m", "pretix", "migrate"]
            subprocess.run(tables, env=environment, check=True, stdout=subprocess.DEVNULL)
            seed = [python, Path(__file__).with_name("peer_seed.py"), str(N_ORDERS)]
            done = subprocess.run(seed, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        kept.write_text(done.stdout.splitlines()[-1])
    shutil.rmtree(folder / "cluster", ignore_errors=True)
    subprocess.run(["cp", "-a", pristine / "cluster", folder / "cluster"], check=True)
    found: dict[str, Any] = json.loads(kept.read_text())
    return found
