# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules about templates, sizes and the licence line."""

import ast
import re
from collections.abc import Iterator

from house.rule import Fault, File, Rule

MODULE, FUNCTION, TEMPLATE, FRONT = 400, 50, 120, 200
MODULE_GOAL = 300
LETTERS = re.compile(r"[^\W\d_]{2,}")


class EnglishIsTranslated(Rule):
    sentence = "Words in a template stand in {% translate %} or {% blocktranslate %}, also those of attributes."
    files = ("src/mazot/*.html",)
    but_not = {"src/mazot/ui/templates/ui/design*": "the page of components, for developers only"}
    bad = (
        ("src/mazot/t/a.html", "<h1>My files</h1>\n"),
        ("src/mazot/t/a.html", '<img alt="A lake" src="x">\n'),
        ("src/mazot/t/a.html", '<c-button label="Save" />\n'),
    )
    good = (
        ("src/mazot/t/a.html", '{% load i18n %}{# a note #}<h1 class="page title">{% translate "My files" %}</h1>\n'),
        ("src/mazot/t/a.html", "{% blocktranslate with n=n %}About {{ n }}{% endblocktranslate %} · {{ name }}\n"),
        (
            "src/mazot/t/a.html",
            '{% block x %} data-a="{{ b }}"{% endblock %}<{{ t }} class="b"><c-kbd>Esc</c-kbd>\n',
        ),
        ("src/mazot/t/a.html", '<c-button :label="label" label="{{ x }}" />Mazot<svg><title>x y</title></svg>\n'),
    )
    blank = (
        re.compile(r"{%\s*comment\b.*?endcomment\s*%}", re.DOTALL),
        re.compile(r"{#.*?#}", re.DOTALL),
        re.compile(r"<!--.*?-->|<!doctype[^>]*>", re.DOTALL | re.IGNORECASE),
        re.compile(r"{%\s*blocktrans(late)?\b.*?{%\s*endblocktrans(late)?\s*%}", re.DOTALL),
        re.compile(r"{%.*?%}", re.DOTALL),
        re.compile(r"<(script|style|svg|code|kbd|c-kbd)\b.*?</\1>", re.DOTALL | re.IGNORECASE),
        re.compile(r"&#?\w+;"),
    )
    read_aloud = re.compile(r"\s(?:title|alt|placeholder|aria-label|label|heading|summary|hint)=(\"[^\"]*\"|'[^']*')")
    bare_attribute = re.compile(r"""[\w:-]+=("[^"]*"|'[^']*')""")  # of a block that stands inside a tag
    tag = re.compile(r"</?[a-zA-Z§][^<>]*>", re.DOTALL)

    def faults(self, file: File) -> Iterator[Fault]:
        text = file.text
        text = re.sub(r"{{.*?}}", "§", text, flags=re.DOTALL)  # a value, also where it names the tag itself
        for pattern in self.blank:
            text = pattern.sub(lambda found: "\n" * found.group().count("\n"), text)
        for found in self.tag.finditer(text):
            for spoken in self.read_aloud.finditer(found.group()):
                if LETTERS.search(spoken[1].replace("Mazot", "")):
                    yield Fault(text.count("\n", 0, found.start() + spoken.start()) + 1, spoken.group().strip())
        bare = self.tag.sub(lambda found: "\n" * found.group().count("\n"), text)
        for number, line in enumerate(bare.splitlines(), 1):
            if LETTERS.search(self.bare_attribute.sub("", line.replace("Mazot", ""))):
                yield Fault(number, line.strip()[:60])


class ComponentsClose(Rule):
    sentence = "A component that opens is closed, and none is closed that did not open."
    files = ("src/mazot/*.html",)
    bad = (
        ("src/mazot/t/a.html", "<c-actions><c-button>{{ a }}</c-actions>\n"),
        ("src/mazot/t/a.html", "<c-actions back=\"{% url 'a' %}\">{{ a }}</c-button>\n"),
        ("src/mazot/t/a.html", "<div><c-card>{{ a }}</div>\n"),
    )
    good = (
        ("src/mazot/t/a.html", '<c-card>{% if a > b %}<c-field :field="form.a" />{% endif %}</c-card>\n'),
        ("src/mazot/t/a.html", '{# <c-card> #}<c-button why="{% url "a" %}">{{ a }}</c-button>\n'),
    )
    note = re.compile(r"{#.*?#}", re.DOTALL)
    tag = re.compile(r"<(/?)(c-[\w.-]+)((?:{%.*?%}|{{.*?}}|\"[^\"]*\"|[^>\"])*?)(/?)>", re.DOTALL)

    def faults(self, file: File) -> Iterator[Fault]:
        text = self.note.sub(lambda found: "\n" * found.group().count("\n"), file.text)
        opened: list[str] = []
        for found in self.tag.finditer(text):
            closes, name, _attributes, is_whole = found.groups()
            if not closes and not is_whole:
                opened.append(name)
            elif closes and (not opened or opened.pop() != name):
                yield Fault(text.count("\n", 0, found.start()) + 1, f"</{name}> closes what did not open")
                return
        for name in opened:
            yield Fault(0, f"<{name}> is not closed")


class LicenceOnTop(Rule):
    sentence = "The first line is the licence: SPDX-License-Identifier: AGPL-3.0-or-later."
    files = (
        "src/mazot/*.py",
        "tests/*.py",
        "tools/*.py",
        "tools/*.sh",
        "bench/*.py",
        "src/mazot/*.ts",
        "src/mazot/*.css",
    )
    holds_for_tests = True
    but_not = {"src/mazot/*/migrations/*": "made by Django", "src/mazot/ui/built/*": "made by the build"}
    bad = (("src/mazot/a.py", "import os\n"), ("src/mazot/a.css", ".a {}\n"))
    good = (
        ("src/mazot/a.py", "# SPDX-License-Identifier: AGPL-3.0-or-later\n"),
        ("src/mazot/a.css", "/* SPDX-License-Identifier: AGPL-3.0-or-later */\n"),
        ("tools/a.sh", "#!/bin/sh\n# SPDX-License-Identifier: AGPL-3.0-or-later\n"),
    )

    def faults(self, file: File) -> Iterator[Fault]:
        if not file.text.strip():
            return
        top = [line for line in file.lines[:2] if not line.startswith("#!")]
        if not top or "SPDX-License-Identifier: AGPL-3.0-or-later" not in top[0]:
            yield Fault(1, "no licence line")


class FilesAreSmall(Rule):
    sentence = (
        f"Sizes have limits: module {MODULE} lines (aim at {MODULE_GOAL}), template {TEMPLATE}, "
        f"CSS and TypeScript {FRONT}."
    )
    files = (
        "src/mazot/*.py",
        "tests/*.py",
        "tools/*.py",
        "bench/*.py",
        "src/mazot/*.html",
        "src/mazot/*.css",
        "src/mazot/*.ts",
    )
    holds_for_tests = True
    but_not = {"src/mazot/*/migrations/*": "made by Django", "src/mazot/ui/built/*": "made by the build"}
    limits = {"py": MODULE, "html": TEMPLATE, "css": FRONT, "ts": FRONT}
    bad = (("src/mazot/a.py", "x = 1\n" * 401), ("src/mazot/a.html", "\n" * 121), ("src/mazot/a.ts", "\n" * 201))
    good = (("src/mazot/a.py", "x = 1\n" * 400), ("src/mazot/a.css", "\n" * 200))

    def faults(self, file: File) -> Iterator[Fault]:
        limit = self.limits[file.path.rsplit(".", 1)[-1]]
        if len(file.lines) > limit:
            yield Fault(limit + 1, f"{len(file.lines)} lines, {limit} are allowed")


class FunctionsAreSmall(Rule):
    sentence = f"A function has at most {FUNCTION} lines; at 30 it starts to smell."
    files = ("src/mazot/*.py", "tests/*.py", "tools/*.py", "bench/*.py")
    holds_for_tests = True
    but_not = {"src/mazot/*/migrations/*": "made by Django"}
    bad = (("src/mazot/a.py", "def f():\n" + "    x = 1\n" * 50),)
    good = (("src/mazot/a.py", "def f():\n" + "    x = 1\n" * 49),)

    def faults(self, file: File) -> Iterator[Fault]:
        for node in file.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION:
                    yield Fault(node.lineno, f"{node.name} has {length} lines")


RULES = (EnglishIsTranslated, LicenceOnTop, FilesAreSmall, FunctionsAreSmall)
