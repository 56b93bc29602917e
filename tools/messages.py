# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sentences of Mazot in its languages: collect them, compile them, check that none is forgotten.

usage: messages.py collect | compile | check

`collect` and `check` need GNU gettext; `compile` does not, so that running Mazot from a clone needs no system package.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

SOURCE = Path(__file__).resolve().parent.parent / "src" / "mazot"
LANGUAGES = ("en", "fr", "de", "it", "es")
COMPLETE = ("fr",)  # English sentences are the keys themselves; the others come with the products
VALUES = re.compile(r"%\(\w+\)[sd]|{\w+}")
DOMAINS = {"django": ("html", "txt", "py"), "djangojs": ("ts",)}


def catalogs(source: Path = SOURCE) -> list[Path]:
    return sorted((source / "locale").glob("*/LC_MESSAGES/*.po"))


def compile_all() -> int:
    """Write the .mo beside each .po."""
    for file in catalogs():
        polib.pofile(str(file)).save_as_mofile(str(file.with_suffix(".mo")))
    return 0


def collect(source: Path = SOURCE) -> int:
    """Bring every .po up to date with the sentences in the code."""
    if not shutil.which("xgettext"):
        raise SystemExit("messages.py: GNU gettext is not installed (Debian's package is called gettext).")
    for language in LANGUAGES:
        (source / "locale" / language / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    for domain, endings in DOMAINS.items():
        command = [sys.executable, "-m", "django", "makemessages", "-d", domain, "--no-location", "--no-obsolete"]
        command += ["-v", "0", "--ignore", "tests", "--ignore", "built", "--ignore", "*.test.ts"]
        for language in LANGUAGES:
            command += ["-l", language]
        for ending in endings:
            command += ["-e", ending]
        plain = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        subprocess.run(command, cwd=source, check=True, env=plain)
    for file in catalogs(source):
        _without_moving_parts(file)
    return 0


def _without_moving_parts(file: Path) -> None:
    """Drop what changes at each run and says nothing, so that a .po changes only with its sentences."""
    catalog = polib.pofile(str(file), wrapwidth=110)
    catalog.header = "SPDX-License-Identifier: AGPL-3.0-or-later"
    kept = ("Language", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Plural-Forms")
    catalog.metadata = {name: catalog.metadata[name] for name in kept if name in catalog.metadata}
    catalog.metadata["Language"] = file.parent.parent.name
    catalog.metadata_is_fuzzy = False
    for entry in catalog:
        entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
    catalog.save()


def faults(file: Path) -> list[str]:
    """What is missing or uncertain in a catalog that has to be complete."""
    catalog = polib.pofile(str(file))
    told = [f"{file.name}: not translated: {entry.msgid!r}" for entry in catalog.untranslated_entries()]
    return told + [f"{file.name}: fuzzy: {entry.msgid!r}" for entry in catalog.fuzzy_entries()]


def strayed(file: Path) -> list[str]:
    """Translations that lose a value of their sentence, or name one it does not have."""
    told = []
    for entry in polib.pofile(str(file)).translated_entries():
        wanted = set(VALUES.findall(entry.msgid_plural or entry.msgid))
        for said in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            found = set(VALUES.findall(said))
            if found - wanted or (wanted - found and not entry.msgid_plural):
                told.append(f"{file.name}: values differ: {entry.msgid!r} and {said!r}")
    return told


def sentences(file: Path) -> set[tuple[str | None, str, str]]:
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in polib.pofile(str(file)) if not entry.obsolete}


def check() -> int:
    """Fail where a sentence of the code is not in the catalogs, or a complete language misses one."""
    told: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "mazot"
        shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("built", "__pycache__", "*.mo"))
        collect(copy)
        for file in catalogs(copy):
            ours = SOURCE / file.relative_to(copy)
            known = sentences(ours) if ours.exists() else set()
            told |= {f"run `make messages`: new: {found[1]!r}" for found in sentences(file) - known}
            told |= {f"run `make messages`: gone: {found[1]!r}" for found in known - sentences(file)}
    for language in COMPLETE:
        for file in sorted((SOURCE / "locale" / language / "LC_MESSAGES").glob("*.po")):
            told |= {f"{language}/{fault}" for fault in [*faults(file), *strayed(file)]}
    print("\n".join(sorted(told)), end="\n" if told else "")
    return 1 if told else 0


if __name__ == "__main__":
    commands = {"collect": collect, "compile": compile_all, "check": check}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        raise SystemExit(__doc__)
    sys.exit(commands[sys.argv[1]]())
