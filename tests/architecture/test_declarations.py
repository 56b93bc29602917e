# SPDX-License-Identifier: AGPL-3.0-or-later
import importlib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

import make_map
from mazot.exchange import registry
from mazot.exchange.product import Place, Product, Removal, Storage
from mazot.suite.products import ROOMS
from mazot.tenancy import rights as tenancy_rights
from mazot.tenancy.rights import Right
from tests.architecture import declarations

SOURCE = Path(__file__).resolve().parents[2] / "src" / "mazot"
PLANTED = Product(key="planted", title="Planted", icon="box", rights=())


def with_product(product):
    """The product's own tables; a label may be another's ("account" is allauth's), a name cannot."""
    (room,) = (config for config in apps.get_app_configs() if config.name == f"mazot.products.{product.key}")
    return list(room.get_models())


def sources(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*.py") if not {"tests", "migrations"} & set(file.parts)]


def text_of(files) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@pytest.fixture(params=ROOMS)
def product(request):
    found = registry.product(request.param)
    assert found, f"{request.param} is a room without a product.py"
    return found


@pytest.fixture
def planted_table():
    with isolate_apps("tests"):

        class Note(models.Model):
            author = models.ForeignKey("tenancy.Person", on_delete=models.CASCADE, related_name="+")
            digest = models.CharField(max_length=64)

            class Meta:
                app_label = "tests"

        Note._meta.get_field("author").remote_field.model = apps.get_model("tenancy.Person")
        yield Note


def test_every_table_that_names_a_person_says_what_becomes_of_it(product):
    assert list(declarations.unclaimed_people(product, with_product(product))) == []


def test_a_table_that_forgets_people_who_leave_is_caught(planted_table):
    claimed = Removal("p.notes", "Notes", {planted_table: "erase"}, act=print, undo=print, purge=print)

    assert list(declarations.unclaimed_people(PLANTED, [planted_table]))
    assert not list(declarations.unclaimed_people(Product("p", "P", "box", (), removal=(claimed,)), [planted_table]))


def test_every_blob_is_counted(product):
    assert list(declarations.unpaid_bytes(product, with_product(product))) == []


def test_bytes_nobody_pays_for_are_caught(planted_table):
    def digests_in_use():
        return planted_table.__name__, "Note"

    paid = Product("p", "P", "box", (), storage=(Storage("p", digests_in_use, dict),))

    assert list(declarations.unpaid_bytes(PLANTED, [planted_table]))
    assert not list(declarations.unpaid_bytes(paid, [planted_table]))


def test_no_table_points_into_another_room(product):
    assert list(declarations.shared_furniture(with_product(product))) == []


def test_a_table_that_points_into_another_room_is_caught():
    with isolate_apps("tests"):

        class Attachment(models.Model):
            entry = models.ForeignKey(apps.get_model("drive.Entry"), on_delete=models.CASCADE, related_name="+")

            class Meta:
                app_label = "tests"

        assert list(declarations.shared_furniture([Attachment]))


def test_every_line_of_the_menu_leads_somewhere(product):
    assert list(declarations.promises_of_the_menu(product)) == []


def test_a_line_of_the_menu_that_leads_nowhere_is_caught():
    astray = Product("p", "P", "box", (), navigation=(Place("p:nowhere", "Nowhere", icon="box"),))

    assert list(declarations.promises_of_the_menu(astray))


def test_every_right_of_a_room_is_declared_and_asked_for(product):
    if not (SOURCE / "products" / product.key / "rights.py").exists():
        assert product.rights == ()
        return
    rights = importlib.import_module(f"mazot.products.{product.key}.rights")

    assert list(declarations.undeclared_rights(product, rights)) == []
    assert list(declarations.keys_to_no_lock(rights, sources(SOURCE / "products" / product.key))) == []


def test_a_key_to_no_lock_is_caught(tmp_path):
    rights = type(tenancy_rights)("planted_rights")
    rights.SING = Right("p.sing", "Sing.")
    (tmp_path / "product.py").write_text("P = Product(rights=(SING,))\n")
    asked = tmp_path / "actions.py"

    assert list(declarations.keys_to_no_lock(rights, sources(tmp_path)))
    asked.write_text("@action(needs=SING)\ndef sing(actor, song): ...\n")
    assert not list(declarations.keys_to_no_lock(rights, sources(tmp_path)))


def test_an_undeclared_right_is_caught():
    rights = type(tenancy_rights)("planted_rights")
    rights.SING = Right("planted.sing", "Sing.")

    assert list(declarations.undeclared_rights(PLANTED, rights))


def heard() -> dict[str, str]:
    root = SOURCE.parent.parent
    tests = [file for top in (SOURCE, root / "tests") for file in top.rglob("test_*.py")]
    return {
        "the_map": make_map.MAP.read_text(encoding="utf-8"),
        "tests": text_of(tests),
        "tellers": text_of(file for file in sources(SOURCE) if "facts" not in file.parts and file.name != "facts.py"),
    }


def test_every_fact_is_told_tested_and_on_the_map():
    kinds = make_map.facts()

    assert kinds
    assert "\n".join(declarations.unheard_facts(kinds, **heard())) == ""


def test_a_fact_nobody_has_heard_of_is_caught():
    from mazot.exchange.facts.drive import EntryAdded

    assert len(list(declarations.unheard_facts([EntryAdded], the_map="", tests="", tellers=""))) == 3


def test_the_map_is_fresh():
    assert make_map.MAP.read_text(encoding="utf-8") == "\n".join(make_map.sections()) + "\n"
