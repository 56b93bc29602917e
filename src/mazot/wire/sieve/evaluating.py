# SPDX-License-Identifier: AGPL-3.0-or-later
"""A script meets a letter: commands one after the other, and what they decide."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from mazot.wire.sieve.asking import compared, is_so
from mazot.wire.sieve.editing import PROTECTED
from mazot.wire.sieve.expanding import modified
from mazot.wire.sieve.faults import MOST_EDITS, MOST_INCLUDE_DEPTH, MOST_INCLUDED, RunError
from mazot.wire.sieve.letter import Letter, read
from mazot.wire.sieve.meanings import address_fault
from mazot.wire.sieve.outcome import (
    AddHeader,
    Context,
    DeleteHeader,
    Discard,
    FileInto,
    Keep,
    Notify,
    Outcome,
    Redirect,
    Reject,
    Vacation,
)
from mazot.wire.sieve.running import Frame, Run, flags_of
from mazot.wire.sieve.tree import Node, Script

DAY = 24 * 3600


class _Stop(Exception):
    """The whole run ends."""


class _Return(Exception):
    """The script in hand ends."""


def evaluate(script: Script, letter: Letter, context: Context) -> Outcome:
    """What becomes of a letter; RunError says that the script went wrong, and that the letter is to be kept."""
    run = Run(script, letter, context)
    with suppress(_Stop, _Return):
        _block(run, script.commands)
    if run.keeps:
        run.decide(Node("keep", 0), Keep(tuple(run.flags)))
    return Outcome(tuple(run.deeds), tuple(run.edits), tuple(run.remembered.items()), run.keeps)


def _block(run: Run, nodes: Sequence[Node]) -> None:
    is_taken = False  # the branch of the if in hand
    for node in nodes:
        run.step(node)
        if node.name in ("if", "elsif", "else"):
            is_taken = is_taken and node.name != "if"
            if not is_taken and (node.name == "else" or is_so(run, node.tests[0])):
                is_taken = True
                _block(run, node.block)
        else:
            DONE[node.name](run, node)


def _stop(_run: Run, _node: Node) -> None:
    raise _Stop


def _keep(run: Run, node: Node) -> None:
    run.keeps = False
    run.decide(node, Keep(run.told_flags(node)))


def _discard(run: Run, node: Node) -> None:
    run.keeps = False
    run.decide(node, Discard())


def _redirect(run: Run, node: Node) -> None:
    to = run.say(node.told["to"])
    if fault := address_fault(to):
        raise RunError(node.line, fault)
    run.keeps = run.keeps and "copy" in node.told
    run.decide(node, Redirect(to))


def _file_into(run: Run, node: Node) -> None:
    mailbox = run.say(node.told["mailbox"])
    if not mailbox.strip():
        raise RunError(node.line, "The name of this mailbox is empty.")
    run.keeps = run.keeps and "copy" in node.told
    use = run.say(node.told.get("specialuse value", ""))
    run.decide(node, FileInto(mailbox, run.told_flags(node), "create" in node.told, use))


def _reject(run: Run, node: Node) -> None:
    run.keeps = False
    run.decide(node, Reject(run.say(node.told["reason"]), at_door=node.name == "ereject"))


def _vacation(run: Run, node: Node) -> None:
    told = node.told
    seconds = told.get("period value")
    if seconds is not None and told["period"] == ":days":
        seconds = max(1, seconds) * DAY
    reason, subject = run.say(told["reason"]), run.say(told.get("subject value", ""))
    sender, mime = run.say(told.get("from value", "")), "mime" in told
    handle = run.say(told.get("handle value", "")) or f"{subject}\0{sender}\0{mime}\0{reason}"
    addresses = tuple(run.say_all(told.get("addresses value", ())))
    run.decide(node, Vacation(reason, seconds, subject, sender, addresses, mime, handle))


def _notify(run: Run, node: Node) -> None:
    told = node.told
    method = run.say(told["method"])
    if fault := address_fault(method.partition(":")[2].partition("?")[0]):
        raise RunError(node.line, fault)
    importance = run.say(told.get("importance value", "2"))
    if importance not in ("1", "2", "3"):
        raise RunError(node.line, "Behind :importance stands 1, 2 or 3.")
    options = tuple(run.say_all(told.get("options value", ())))
    sender, message = run.say(told.get("from value", "")), run.say(told.get("message value", ""))
    run.decide(node, Notify(method, sender, importance, options, message))


def _set(run: Run, node: Node) -> None:
    modifiers = tuple(node.told[group] for group in ("case", "first", "quote", "url", "length") if group in node.told)
    run.set(node, node.told["name"], modified(run.say(node.told["value"]), modifiers))


def _set_flag(run: Run, node: Node) -> None:
    _keep_flags(run, node, flags_of(node, run.say_all(node.told["list"])))


def _add_flag(run: Run, node: Node) -> None:
    _keep_flags(run, node, flags_of(node, [*_gathered(run, node), *run.say_all(node.told["list"])]))


def _remove_flag(run: Run, node: Node) -> None:
    gone = {flag.lower() for flag in flags_of(node, run.say_all(node.told["list"]))}
    _keep_flags(run, node, [flag for flag in _gathered(run, node) if flag.lower() not in gone])


def _gathered(run: Run, node: Node) -> list[str]:
    return run.flags_in(node, node.told["variable"]) if "variable" in node.told else run.flags


def _keep_flags(run: Run, node: Node, flags: list[str]) -> None:
    if "variable" in node.told:
        run.set(node, node.told["variable"], " ".join(flags))
    else:
        run.flags = flags


def _include(run: Run, node: Node) -> None:
    where = node.told.get("where", ":personal").removeprefix(":")
    name = run.say(node.told["script"])
    if "once" in node.told and (where, name) in run.included:
        return
    run.includes += 1
    if len(run.frames) > MOST_INCLUDE_DEPTH or run.includes > MOST_INCLUDED:
        raise RunError(node.line, f"Scripts include each other at most {MOST_INCLUDE_DEPTH} deep.")
    script = run.context.include(where, name)
    if script is None:
        if "optional" in node.told:
            return
        raise RunError(node.line, f'There is no {where} script "{name[:60]}".')
    run.included.add((where, name))
    run.frames.append(Frame(script))
    try:
        _block(run, script.commands)
    except _Return:
        pass
    finally:
        run.frames.pop()


def _return(_run: Run, _node: Node) -> None:
    raise _Return


def _global(run: Run, node: Node) -> None:
    run.frame.shared |= {name.lower() for name in node.told["names"]}


def _add_header(run: Run, node: Node) -> None:
    name, value = run.say(node.told["field"]), " ".join(run.say(node.told["value"]).split())
    if not name.isascii() or not name.isprintable() or not name.strip() or {":", " "} & set(name):
        raise RunError(node.line, f"No header field is called {name[:60]!r}.")
    if name.lower() in PROTECTED:
        return
    _may_edit(run, node)
    is_last = "last" in node.told
    field = name, value.encode("utf-8", "replace")
    run.letter = run.letter.with_fields([*run.letter.fields, field] if is_last else [field, *run.letter.fields])
    run.edits.append(AddHeader(name, value, is_last))


def _delete_header(run: Run, node: Node) -> None:
    name = run.say(node.told["field"])
    if name.lower() in PROTECTED:
        return
    _may_edit(run, node)
    values = run.letter.raw([name])
    gone = [at for at in _numbers(node, len(values)) if _is_meant(run, node, values[at])]
    if not gone:
        return
    places = [at for at, (one, _value) in enumerate(run.letter.fields) if one.lower() == name.lower()]
    left_out = {places[at] for at in gone}
    run.letter = run.letter.with_fields(field for at, field in enumerate(run.letter.fields) if at not in left_out)
    run.edits.append(DeleteHeader(name, tuple(gone)))


def _numbers(node: Node, count: int) -> range:
    """The places that :index names among so many fields, counted from the end with :last; all of them without it."""
    if "index" not in node.told:
        return range(count)
    number = node.told["index value"]
    at = count - number if "last" in node.told else number - 1
    return range(at, at + 1) if 0 <= at < count else range(0)


def _is_meant(run: Run, node: Node, value: bytes) -> bool:
    return "keys" not in node.told or compared(run, node, [read(value)], captures=False)


def _may_edit(run: Run, node: Node) -> None:
    if len(run.edits) >= MOST_EDITS:
        raise RunError(node.line, f"A script changes at most {MOST_EDITS} header fields.")


def _error(run: Run, node: Node) -> None:
    raise RunError(node.line, run.say(node.told["message"])[:500])


def _unsupported(_run: Run, node: Node) -> None:
    raise RunError(node.line, f"There is no command {node.told['name']} here.")


DONE: dict[str, Callable[[Run, Node], None]] = {
    "stop": _stop,
    "keep": _keep,
    "discard": _discard,
    "redirect": _redirect,
    "fileinto": _file_into,
    "reject": _reject,
    "ereject": _reject,
    "vacation": _vacation,
    "notify": _notify,
    "set": _set,
    "setflag": _set_flag,
    "addflag": _add_flag,
    "removeflag": _remove_flag,
    "include": _include,
    "return": _return,
    "global": _global,
    "addheader": _add_header,
    "deleteheader": _delete_header,
    "error": _error,
    "unsupported": _unsupported,
}
