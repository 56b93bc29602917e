# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules about what is said: comments, docstrings, sentences for people, and names of files."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePath

from house.rule import Fault, File, Rule, calls, imports

TRANSLATING = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"}
UNDONE = "TO" + "DO"
WORDS = re.compile(r"[^\W_]+")
SMALL = {"a", "an", "the", "of", "to", "is", "for", "in", "on", "and", "its", "this", "s"}
MANNERS = re.compile(r"!|\b(please|oops|sorry|simply|just)\b", re.IGNORECASE)


class ClockTellsTime(Rule):
    sentence = "Only foundation.clock reads the time, so that tests can move it: clock.now()."
    but_not = {"src/mazot/foundation/clock.py": "the clock"}
    bad = (
        ("src/mazot/products/x/actions/a.py", "at = datetime.now(UTC)\n"),
        ("src/mazot/products/x/actions/a.py", "at = timezone.now()\n"),
        ("src/mazot/heads/dav/a.py", "at = time.time()\n"),
    )
    good = (("src/mazot/products/x/actions/a.py", "at = clock.now()\nstarted = time.monotonic()\n"),)
    readers = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "time.time")

    def faults(self, file: File) -> Iterator[Fault]:
        for node, name in calls(file):
            if name in self.readers or name.endswith(tuple(f".{reader}" for reader in self.readers)):
                yield Fault(node.lineno, name)


class RealImports(Rule):
    sentence = "Import the real thing: a dotted string escapes the import contracts and the editor."
    but_not = {
        "src/mazot/suite/*": "reads the list of rooms",
        "src/mazot/heads/api/app.py": "mounts the operations that the rooms declare, as addresses are",
    }
    bad = (
        ("src/mazot/products/x/jobs.py", "import importlib\nimportlib.import_module('mazot.products.mail')\n"),
        ("src/mazot/exchange/a.py", "from django.utils.module_loading import import_string\n"),
    )
    good = (("src/mazot/products/x/jobs.py", "from mazot.products.x import actions\n"),)

    def faults(self, file: File) -> Iterator[Fault]:
        for line, name in imports(file):
            if name.startswith("importlib.import_module") or name.endswith(".import_string"):
                yield Fault(line, name)
        for node, name in calls(file):
            if name in ("importlib.import_module", "__import__"):
                yield Fault(node.lineno, name)


class UndoneHasNumber(Rule):
    sentence = f"{UNDONE} carries the number of its issue: {UNDONE} #12."
    files = ("*.py", "*.ts", "*.css", "*.html", "*.md", "*.sh")
    holds_for_tests = True
    bad = (("src/mazot/a.py", f"x = 1  # {UNDONE}: later\n"), ("src/mazot/a.css", f"/* {'FIX' + 'ME'} colour */\n"))
    good = (("src/mazot/a.py", f"x = 1  # {UNDONE} #12: when the limit is known\n"),)
    pattern = re.compile(rf"\b({UNDONE}|{'FIX' + 'ME'}|{'XX' + 'X'})\b(?!\s*#\d+)")

    def faults(self, file: File) -> Iterator[Fault]:
        for number, line in enumerate(file.lines, 1):
            if found := self.pattern.search(line):
                yield Fault(number, found.group())


class DocstringSaysMore(Rule):
    sentence = "A docstring says more than the name it stands under, in sentences: no Args or Returns lists."
    files = ("src/mazot/*.py", "tools/*.py")
    bad = (
        ("src/mazot/a.py", 'def open_mailbox():\n    """Open the mailbox."""\n'),
        ("src/mazot/a.py", 'def f(a):\n    """Weigh a thing.\n\n    Args:\n        a: thing\n    """\n'),
    )
    good = (("src/mazot/a.py", 'def open_mailbox():\n    """Open an empty mailbox at a proved domain."""\n'),)

    def faults(self, file: File) -> Iterator[Fault]:
        for node in file.nodes:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            said = ast.get_docstring(node)
            if not said:
                continue
            if re.search(
                r"^\s*(Args|Arguments|Returns|Raises|Parameters):|^\s*:(param|returns?)\b", said, re.MULTILINE
            ):
                yield Fault(node.lineno, f"{node.name}: a list of arguments")
            spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name)
            if stems(said) <= stems(spaced.replace("_", " ")):
                yield Fault(node.lineno, f"{node.name}: {said!r} repeats the name")


def stems(text: str) -> set[str]:
    return {word.lower().rstrip("s") for word in WORDS.findall(text)} - SMALL


class SentencesAreWhole(Rule):
    sentence = "A translation gets one whole literal: no f-string, no %, no +, no format() inside the call."
    bad = (
        ("src/mazot/a.py", '_(f"{n} files")\n'),
        ("src/mazot/a.py", '_("%s files" % n)\n'),
        ("src/mazot/a.py", 'gettext("{} files".format(n))\n'),
        ("src/mazot/a.py", 'gettext("Deleted " + name)\n'),
    )
    good = (("src/mazot/a.py", '_("%(n)s files") % {"n": n}\nngettext("%(n)s file", "%(n)s files", n)\n'),)

    def faults(self, file: File) -> Iterator[Fault]:
        for node, name in calls(file):
            if name.rsplit(".", 1)[-1] not in TRANSLATING:
                continue
            for given in node.args[:2]:
                formatted = isinstance(given, ast.Call) and getattr(given.func, "attr", "") == "format"
                if (isinstance(given, ast.JoinedStr | ast.BinOp) and not _is_number(given)) or formatted:
                    yield Fault(node.lineno, ast.unparse(given)[:60])


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and not any(
        isinstance(part, ast.JoinedStr) or (isinstance(part, ast.Constant) and isinstance(part.value, str))
        for part in ast.walk(node)
    )


class GoodManners(Rule):
    sentence = "Sentences for people are calm: no exclamation mark, no please, oops, sorry, simply or just."
    files = ("src/mazot/*.py", "src/mazot/*.html")
    bad = (
        ("src/mazot/a.py", '_("Done!")\n'),
        ("src/mazot/templates/a.html", '{% translate "Please try again." %}\n'),
        ("src/mazot/templates/a.html", "{% blocktranslate %}Oops.{% endblocktranslate %}\n"),
    )
    good = (
        ("src/mazot/a.py", '_("The file is in the trash.")\n'),
        ("src/mazot/templates/a.html", '{% translate "Try again." %}<!-- ! -->\n'),
    )
    tags = re.compile(
        r"{%\s*(?:translate|trans)\s+(['\"])(?P<said>.*?)\1|{%\s*blocktrans(?:late)?[^%]*%}(?P<block>.*?){%\s*endblock",
        re.DOTALL,
    )

    def faults(self, file: File) -> Iterator[Fault]:
        if file.path.endswith(".html"):
            for found in self.tags.finditer(file.text):
                said = found["said"] or found["block"] or ""
                if MANNERS.search(re.sub(r"{{.*?}}", "", said)):
                    yield Fault(file.text.count("\n", 0, found.start()) + 1, said.strip()[:60])
            return
        for node, name in calls(file):
            if name.rsplit(".", 1)[-1] in TRANSLATING:
                for given in node.args:
                    if isinstance(given, ast.Constant) and isinstance(given.value, str) and MANNERS.search(given.value):
                        yield Fault(node.lineno, given.value[:60])


class NamesSaySomething(Rule):
    sentence = "A file is named after what is in it: no utils, helpers, services, managers, signals, mixins, common."
    files = ("src/mazot/*.py",)
    but_not = {"src/mazot/tenancy/queries/managers.py": "the people who manage an organization"}
    holds_for_tests = True
    bad = (("src/mazot/products/x/utils.py", ""), ("src/mazot/tenancy/helpers/a.py", ""))
    good = (("src/mazot/products/x/rules/names.py", ""),)
    empty = {"utils", "util", "helpers", "helper", "services", "managers", "signals", "mixins", "common", "misc"}

    def faults(self, file: File) -> Iterator[Fault]:
        for part in PurePath(file.path).with_suffix("").parts:
            if part in self.empty:
                yield Fault(1, part)


RULES = (
    ClockTellsTime,
    RealImports,
    UndoneHasNumber,
    DocstringSaysMore,
    SentencesAreWhole,
    GoodManners,
    NamesSaySomething,
)
