# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which messages answer which, in the two ways of RFC 5256 section 3, and how that is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as threading sees it. `references` end with the one that it answers; `subject` is the base subject."""

    number: int
    at: datetime
    subject: str
    is_reply: bool = False
    message_id: str = ""
    references: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Node:
    """A message and those that answer it; without a message, one that only others speak of."""

    message: Sent | None = None
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)


def by_subject(messages: Iterable[Sent]) -> list[Node]:
    """ORDEREDSUBJECT: the first message of a subject, and all others of it below."""
    threads: dict[str, Node] = {}
    for one in sorted(messages, key=lambda one: (one.at, one.number)):
        if one.subject in threads:
            _put(Node(one), threads[one.subject])
        else:
            threads[one.subject] = Node(one)
    return list(threads.values())


def by_references(messages: Sequence[Sent]) -> list[Node]:
    """REFERENCES: whom a message names, then what bears the same subject."""
    roots = _grouped(_sorted(_pruned(_linked(messages))))
    stack = [*roots]
    while stack:
        node = stack.pop()
        node.children = _sorted(node.children)
        stack += node.children
    return _sorted(roots)


def written(roots: Sequence[Node]) -> bytes:
    """Threads in parentheses, `(3 6 (4 23)(44 7 96))`; without recursion, for answers go as deep as they like."""
    out: list[bytes] = []
    stack: list[Node | bytes] = []
    for root in reversed(roots):
        stack += [b")", root, b"("]
    needs_blank = False
    while stack:
        top = stack.pop()
        if isinstance(top, bytes):
            out.append(top)
            needs_blank = False
            continue
        if top.message is not None:
            out.append(b"%s%d" % (b" " if needs_blank else b"", top.message.number))
            needs_blank = True
        if len(top.children) == 1:
            stack.append(top.children[0])
        elif top.children:
            if needs_blank:
                out.append(b" ")
            for child in reversed(top.children):
                stack += [b")", child, b"("]
    return b"".join(out)


def _linked(messages: Sequence[Sent]) -> list[Node]:
    """Step 1: each message below the one it answers, and those it names each below the one before."""
    nodes: dict[str, Node] = {}
    order: list[Node] = []

    def node_of(identity: str) -> Node:
        if identity not in nodes:
            nodes[identity] = Node()
            order.append(nodes[identity])
        return nodes[identity]

    for one in messages:
        node = node_of(one.message_id) if one.message_id else None
        if node is None or node.message is not None:  # no Message-ID, or one that another message has too
            node = Node()
            order.append(node)
        node.message = one
        above: Node | None = None
        for identity in one.references:
            named = node_of(identity)
            if above is not None and named.parent is None and not _is_above(named, above):
                _put(named, above)
            above = named
        if above is not None and not _is_above(node, above):
            _take_off(node)
            _put(node, above)
    return [node for node in order if node.parent is None]


def _pruned(roots: Sequence[Node]) -> list[Node]:
    """Step 3: what nobody has gives its place to its answers; at the top it stays when it holds several together."""
    kept: list[Node] = []
    for root in roots:
        stack, order = [root], []
        while stack:
            node = stack.pop()
            order.append(node)
            stack += node.children
        for node in reversed(order):  # the deepest first
            lifted: list[Node] = []
            for child in node.children:
                lifted += [child] if child.message is not None else child.children
            for child in lifted:
                child.parent = node
            node.children = lifted
        if root.message is not None or len(root.children) > 1:
            kept.append(root)
        else:
            for child in root.children:
                child.parent = None
            kept += root.children
    return kept


def _grouped(roots: Sequence[Node]) -> list[Node]:
    """Step 5: threads with one subject become one."""
    table: dict[str, Node] = {}
    for root in roots:
        subject = _first(root).subject
        held = table.get(subject)
        if subject and (
            held is None
            or (held.message is not None and root.message is None)
            or (_is_reply(held) and not _is_reply(root))
        ):
            table[subject] = root
    order = list(roots)
    for root in roots:
        held = table.get(_first(root).subject)
        if held is None or held is root:
            continue
        order.remove(root)
        if held.message is None and root.message is None:
            for child in root.children:
                _put(child, held)
        elif held.message is None or (_is_reply(root) and not _is_reply(held)):
            _put(root, held)
        else:
            both = Node()
            order[order.index(held)] = both
            _put(held, both)
            _put(root, both)
            table[_first(root).subject] = both
    return order


def _sorted(nodes: Sequence[Node]) -> list[Node]:
    for node in nodes:
        if node.message is None:
            node.children = sorted(node.children, key=_when)
    return sorted(nodes, key=_when)


def _when(node: Node) -> tuple[datetime, int]:
    first = _first(node)
    return first.at, first.number


def _first(node: Node) -> Sent:
    while node.message is None:
        node = node.children[0]
    return node.message


def _is_reply(node: Node) -> bool:
    return node.message is not None and node.message.is_reply


def _is_above(node: Node, other: Node | None) -> bool:
    """Whether a node is the other, or above it: then it cannot go below."""
    if not node.children:
        return node is other
    while other is not None:
        if other is node:
            return True
        other = other.parent
    return False


def _put(node: Node, below: Node) -> None:
    node.parent = below
    below.children.append(node)


def _take_off(node: Node) -> None:
    if node.parent is not None:
        node.parent.children.remove(node)
        node.parent = None
