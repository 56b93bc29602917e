# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules about the one door for writes, and what must not stand beside it."""

import ast
import re
from collections.abc import Iterator

from house.rule import Fault, File, Rule, calls, imports

ALWAYS = {"bulk_create", "bulk_update", "get_or_create", "update_or_create", "abulk_create", "aget_or_create"}
ON_TABLES = {"create", "update", "delete", "acreate", "aupdate", "adelete"}
TABLE = re.compile(r"\.(objects|filter\(\)|exclude\(\)|select_for_update\(\)|all\(\)|[a-z_]+_set)\.")


class WritesInActions(Rule):
    sentence = "Only actions write: move this ORM write into actions/, and call the verb from here."
    but_not = {
        "src/mazot/*/actions/*": "the door",
        "src/mazot/*/actions.py": "the door",
        "src/mazot/*/migrations/*": "tables change there",
        "src/mazot/suite/plans.py": "furnishes a fresh database, before there is an actor",
        "src/mazot/foundation/*": "the floor that gives actions their outbox, ledger and schedule",
    }
    bad = (
        ("src/mazot/products/x/web/views/a.py", "def f(e):\n    e.save(update_fields=['name'])\n"),
        ("src/mazot/heads/dav/put.py", "Entry.objects.filter(id=1).update(name='a')\n"),
        ("src/mazot/products/x/jobs.py", "Entry.objects.bulk_create([])\n"),
        ("src/mazot/products/x/queries/a.py", "Entry.objects.filter(a=1).exclude(b=2).delete()\n"),
    )
    good = (
        ("src/mazot/products/x/actions/entries.py", "entry.save(update_fields=['name'])\n"),
        ("src/mazot/products/x/queries/a.py", "found = {}\nfound.update(a=1)\nEntry.objects.filter(a=1)\n"),
        ("src/mazot/products/x/tests/test_a.py", "Entry.objects.create()\n"),
    )

    def faults(self, file: File) -> Iterator[Fault]:
        for node, name in calls(file):
            verb = name.rsplit(".", 1)[-1]
            saves = verb == "save" and any(word.arg == "update_fields" for word in node.keywords)
            if saves or verb in ALWAYS or (verb in ON_TABLES and TABLE.search(name)):
                yield Fault(node.lineno, name)


class SaveNamesFields(Rule):
    sentence = "save() names its fields: save(update_fields=[…]), or force_insert=True for a new row."
    bad = (("src/mazot/products/x/actions/a.py", "entry.save()\n"),)
    good = (
        ("src/mazot/products/x/actions/a.py", "entry.save(update_fields=['name'])\nrow.save(force_insert=True)\n"),
        ("src/mazot/products/x/actions/b.py", "picture.save(path, quality=80)\n"),
    )

    def faults(self, file: File) -> Iterator[Fault]:
        for node, name in calls(file):
            if name.endswith(".save") and not node.args and not node.keywords:
                yield Fault(node.lineno, name)


class NoSignals(Rule):
    sentence = "No signals of Django's models: tell a fact, and listen to it in product.py."
    bad = (("src/mazot/products/x/apps.py", "from django.db.models.signals import post_save\n"),)
    good = (("src/mazot/products/x/product.py", "from mazot.exchange.facts.drive import EntryAdded\n"),)

    def faults(self, file: File) -> Iterator[Fault]:
        for line, name in imports(file):
            if name.startswith(("django.db.models.signals", "django.dispatch.")):
                yield Fault(line, name)


class NoSideDoors(Rule):
    sentence = "Neither the admin site nor ModelForm: both write around the actions."
    bad = (
        ("src/mazot/products/x/apps.py", "from django.contrib import admin\n"),
        ("src/mazot/products/x/web/forms.py", "from django.forms import ModelForm\n"),
        ("src/mazot/products/x/web/forms.py", "from django import forms\nclass F(forms.ModelForm): ...\n"),
    )
    good = (("src/mazot/products/x/web/forms.py", "from django import forms\nclass F(forms.Form): ...\n"),)

    def faults(self, file: File) -> Iterator[Fault]:
        for line, name in imports(file):
            if name.startswith("django.contrib.admin") or name.endswith(".ModelForm"):
                yield Fault(line, name)
        for node in file.nodes:
            if isinstance(node, ast.Attribute) and node.attr == "ModelForm":
                yield Fault(node.lineno, "ModelForm")


class ActorFirst(Rule):
    sentence = "An action takes the actor first: verb_noun(actor, subject, *, details)."
    files = ("src/mazot/*/actions/*.py", "src/mazot/*/actions.py")
    bad = (("src/mazot/products/x/actions/a.py", "@action(needs=WRITE)\ndef rename_entry(entry, *, to): ...\n"),)
    good = (
        ("src/mazot/products/x/actions/a.py", "@action(needs=WRITE)\ndef rename_entry(actor, entry, *, to): ...\n"),
    )

    def faults(self, file: File) -> Iterator[Fault]:
        for node in file.nodes:
            if not isinstance(node, ast.FunctionDef):
                continue
            decorated = any(
                isinstance(d, ast.Call) and getattr(d.func, "id", "") == "action" for d in node.decorator_list
            )
            given = [*node.args.posonlyargs, *node.args.args]
            if decorated and (not given or given[0].arg != "actor"):
                yield Fault(node.lineno, node.name)


class ActorNotUser(Rule):
    sentence = "Products read request.actor, not request.user: rights come with the actor."
    files = ("src/mazot/products/*.py", "src/mazot/heads/*.py")
    but_not = {"src/mazot/products/account/*": "signs people in, before there is an actor"}
    bad = (("src/mazot/products/drive/web/views/a.py", "def f(request):\n    return request.user.id\n"),)
    good = (("src/mazot/products/drive/web/views/a.py", "def f(request):\n    return request.actor.person_id\n"),)

    def faults(self, file: File) -> Iterator[Fault]:
        for node in file.nodes:
            if isinstance(node, ast.Attribute) and node.attr == "user" and dotted_is_request(node.value):
                yield Fault(node.lineno, "request.user")


def dotted_is_request(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "request"


class NoMocks(Rule):
    sentence = "No mocks: fake the world at its edge (clock, relay, resolver, blobs, push), not our own code."
    files = ("src/mazot/*.py", "tests/*.py")
    holds_for_tests = True
    bad = (
        ("tests/a/test_b.py", "from unittest.mock import patch\n"),
        ("tests/a/test_b.py", "from unittest import mock\n"),
    )
    good = (("tests/a/test_b.py", "from mazot.foundation.clock import CLOCK\n"),)

    def faults(self, file: File) -> Iterator[Fault]:
        for line, name in imports(file):
            if name.startswith("unittest.mock"):
                yield Fault(line, name)


RULES = (WritesInActions, SaveNamesFields, NoSignals, NoSideDoors, ActorFirst, ActorNotUser, NoMocks)
