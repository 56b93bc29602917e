# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a script of an address may be, besides being Sieve: its name, and whom its letters may go to."""

from collections.abc import Callable, Iterator

from mazot.wire.sieve import Script, SieveError
from mazot.wire.sieve.expanding import is_constant
from mazot.wire.sieve.tree import Node

SCRIPTS_OF_AN_ADDRESS = 30
LONGEST_NAME = 128  # letters, RFC 5804 section 1.6

_NEVER = {"\u0085", "\u2028", "\u2029"}


def name_fault(name: str) -> str:
    """Why a script cannot be called so; empty when it can."""
    if not name.strip():
        return "empty"
    if len(name) > LONGEST_NAME:
        return "too_long"
    return "letters" if any(letter < " " or letter == "\x7f" or letter in _NEVER for letter in name) else ""


def check_targets(script: Script, is_ours: Callable[[str], bool]) -> None:
    """Raise SieveError where a script sends letters to somebody outside, who was never asked."""
    for node in nodes_of(script.commands):
        target = target_of(node)
        if target and is_constant(target) and not is_ours(target):
            raise SieveError(node.line, target_fault(target))


def target_fault(target: str) -> str:
    return (
        f"Filters pass letters on inside this organization only, and {target[:100]} is outside. "
        "A redirection of the address asks whoever reads there first."
    )


def target_of(node: Node) -> str:
    """To whom a command sends a letter; empty when it sends none."""
    if node.name == "redirect":
        return str(node.told["to"])
    return mailto(node.told["method"]) if node.name == "notify" else ""


def mailto(method: str) -> str:
    return method.partition(":")[2].partition("?")[0]


def nodes_of(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """Every command of a script, blocks and all."""
    for node in nodes:
        yield node
        yield from nodes_of(node.block)
