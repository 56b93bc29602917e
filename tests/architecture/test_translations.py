# SPDX-License-Identifier: AGPL-3.0-or-later
import polib
import pytest

import messages

COMPLETE = sorted(file for name in messages.COMPLETE for file in (messages.SOURCE / "locale" / name).rglob("*.po"))


@pytest.mark.parametrize("file", COMPLETE, ids=lambda file: f"{file.parent.parent.name}-{file.stem}")
def test_a_complete_language_misses_nothing(file):
    assert messages.faults(file) == []


def test_every_language_has_its_catalog():
    assert {file.parent.parent.name for file in messages.catalogs()} == set(messages.LANGUAGES)


def test_a_translation_keeps_the_places_of_values():
    for file in messages.catalogs():
        assert messages.strayed(file) == []


@pytest.mark.parametrize(
    "entry",
    [
        polib.POEntry(msgid="One file"),
        polib.POEntry(msgid="One file", msgstr="Un dossier", flags=["fuzzy"]),
        polib.POEntry(msgid="%(n)s file", msgid_plural="%(n)s files", msgstr_plural={0: "%(n)s fichier", 1: ""}),
    ],
)
def test_a_missing_or_uncertain_sentence_is_caught(tmp_path, entry):
    catalog = polib.POFile()
    catalog.append(entry)
    catalog.save(str(tmp_path / "django.po"))

    assert len(messages.faults(tmp_path / "django.po")) == 1


def test_a_translation_that_loses_a_value_is_caught(tmp_path):
    catalog = polib.POFile()
    catalog.append(polib.POEntry(msgid="%(name)s is gone", msgstr="Il a disparu"))
    catalog.save(str(tmp_path / "django.po"))

    assert messages.strayed(tmp_path / "django.po")
