# SPDX-License-Identifier: AGPL-3.0-or-later
"""Furnish the demo organization once, print who can sign in and where, then serve it.

usage: run_demo.py --data FOLDER --http HOST:PORT [--watch]
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

ROLES = {
    "legal_representative": "legal representative",
    "administrator": "administrator",
    "collaborator": "collaborator",
    "external": "external",
}


def main() -> int:
    told = arguments()
    mazot = Path(sys.executable).with_name("mazot")
    told.data.mkdir(parents=True, exist_ok=True)
    demo = furnished(mazot, told.data)
    show(demo, f"http://{told.http}", told.data)
    serve = [str(mazot), "serve", "--data", str(told.data), "--http", told.http]
    if not told.watch:
        sys.stdout.flush()
        os.execv(serve[0], serve)
    watch = subprocess.Popen(["npm", "run", "--silent", "watch"], start_new_session=True)
    try:
        return subprocess.run(serve, check=False).returncode
    except KeyboardInterrupt:
        return 0
    finally:
        os.killpg(watch.pid, 15)
        watch.wait()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--http", required=True)
    parser.add_argument("--watch", action="store_true")
    return parser.parse_args()


def furnished(mazot: Path, data: Path) -> dict[str, Any]:
    """What `mazot demo` printed when it furnished this folder; it is asked once."""
    kept = data / "demo.json"
    if not kept.exists():
        print("· Demo organization", flush=True)
        done = subprocess.run([mazot, "demo", "--data", data], check=True, stdout=subprocess.PIPE, text=True)
        written = kept.with_suffix(".new")
        written.touch(mode=0o600)
        written.write_text(done.stdout, encoding="utf-8")
        written.rename(kept)
    found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def show(demo: dict[str, Any], address: str, data: Path) -> None:
    """Print where to go and who may sign in; nothing is wrapped, so that it can be copied."""
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"\n[bold]Mazot[/bold] answers at [bold]{address}[/bold], its data lies in {data.resolve()}")
    names = {found.get("key"): found.get("name") for found in demo.get("organizations", [])}
    width = max(len(person["login"]) for person in demo["people"])
    shown = ""
    for person in demo["people"]:
        organization = names.get(person["organization"]) or person["organization"]
        if organization != shown:
            console.print(f"\n[bold]{organization}[/bold]")
            shown = organization
        role = ROLES.get(person["role"], person["role"])
        note = "  [dim]asks for a second factor[/dim]" if person.get("totp_secret") else ""
        console.print(f"  {role:22}{person['login']:{width + 2}}{person['password']}{note}")
    first = next((person for person in demo["people"] if person.get("webdav")), None)
    if first:
        console.print(f"\nFor a program that speaks WebDAV: {address}{first['webdav']}")
        console.print(f"  as {first['login']} with {first.get('application_password', 'an application password')}")
    box = next((box for person in demo["people"] for box in person.get("addresses", [])), None)
    if box:  # the ports are those of the mail line that the server prints below
        console.print("\nFor a mail program: IMAP and submission on this machine, at the ports named below")
        console.print(f"  as {box['address']} with {box['device_password']}")
    console.print("\nStop with Ctrl+C.\n")


if __name__ == "__main__":
    sys.exit(main())
