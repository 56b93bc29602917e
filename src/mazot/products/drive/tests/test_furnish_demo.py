# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's drive: believable, complete, the same each time."""

import csv
import io
import wave
import zipfile

from mazot.foundation.blobs import blobs
from mazot.products.drive.actions.furnish_demo import furnish_demo
from mazot.products.drive.models import Entry, Space
from mazot.products.drive.queries.entries import entries_in, entry_at
from mazot.products.drive.rules.orchestra import COMMON, SAMPLES


def test_the_demo_fills_the_organization_folders_and_the_own_folder(cast, olive, malik):
    furnish_demo(olive, cast.drive, people={"elodie": olive, "hannah": malik})
    assert sorted(Space.objects.filter(kind="common").values_list("name", flat=True)) == sorted(COMMON)
    season = Space.objects.get(name="Saison 2026–27").root
    scores = entry_at(olive, season, ["Partitions"])
    listed = entries_in(olive, scores)
    assert [e.name for e in listed if e.is_folder] == ["Chœur, voix séparées", "Cordes", "Vents"]
    assert len(entries_in(olive, entry_at(olive, season, ["Partitions", "Cordes"]))) == 12
    assert len(entries_in(olive, entry_at(olive, season, ["Partitions", "Vents"]))) == 18
    conductor = entry_at(olive, scores, ["Fauré – Requiem, conducteur.pdf"])
    assert conductor.number == 4
    assert Entry.objects.get(name="Fauré – Requiem, Altos.pdf").changed_by_id == malik.person_id


def test_every_sample_is_a_real_file_of_its_kind_and_the_same_each_time():
    for sample in SAMPLES:
        content = sample.make()
        assert content == sample.make(), sample.name
        kind = sample.name.rpartition(".")[2]
        if kind == "pdf":
            assert content.startswith(b"%PDF-1.4")
            assert content.endswith(b"%%EOF\n")
        elif kind == "png":
            assert content.startswith(b"\x89PNG")
        elif kind == "wav":
            with wave.open(io.BytesIO(content)) as sound:
                assert sound.getnframes() > 8000
        elif kind in ("ods", "zip"):
            assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
        elif kind == "csv":
            rows = list(csv.reader(io.StringIO(content.decode()), delimiter=";"))
            assert len({len(row) for row in rows}) == 1
        else:
            assert content.decode().strip()


def test_the_contents_lie_on_disk(cast, olive):
    furnish_demo(olive, cast.drive, people={})
    for digest in Entry.objects.filter(is_folder=False).values_list("digest", flat=True):
        assert blobs().path_of(digest).is_file()
