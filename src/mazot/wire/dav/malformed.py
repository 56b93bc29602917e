# SPDX-License-Identifier: AGPL-3.0-or-later


class Malformed(Exception):
    """A request that the grammar cannot read: the sentence names what, the status is the answer's."""

    def __init__(self, sentence: str, *, status: int = 400, condition: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.condition = condition
