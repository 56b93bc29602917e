# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ours alone: letters from other servers in, and five hundred programs that wait for news."""

import socket
import threading
import time

from letters import LETTERS, letter
from servers import Server
from talk import Line

SENDERS, EACH = 8, 150
IDLERS = 500
FROM = 100_000  # numbers of letters nobody has had


def letters_in(server: Server) -> tuple[float, float]:
    """Letters a second that are acknowledged, and milliseconds of processor for each; eight senders on loopback."""
    failed: list[str] = []

    def send(sender: int) -> None:
        with socket.create_connection(server.doors["smtp"], timeout=60) as line, line.makefile("rb") as heard:

            def say(words: bytes, expected: bytes) -> None:
                line.sendall(words)
                while (reply := heard.readline())[3:4] == b"-":
                    pass
                if not reply.startswith(expected):
                    failed.append(reply.decode(errors="replace"))
                    raise SystemExit

            say(b"", b"220")
            say(b"EHLO away.example\r\n", b"250")
            for number in range(EACH):
                content = ours[sender * EACH + number]
                say(b"MAIL FROM:<nina@away.example>\r\n", b"250")
                say(f"RCPT TO:<{server.others[sender % len(server.others)]['login']}>\r\n".encode(), b"250")
                say(b"DATA\r\n", b"354")
                say(content.replace(b"\r\n.", b"\r\n..") + b".\r\n", b"250")
            say(b"QUIT\r\n", b"221")

    ours = [letter(FROM + LETTERS + number) for number in range(SENDERS * EACH)]
    threads = [threading.Thread(target=send, args=(sender,)) for sender in range(SENDERS)]
    cpu, begun = server.cpu(), time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - begun
    if failed:
        raise SystemExit(f"A letter was not taken: {failed[0]}")
    return SENDERS * EACH / took, (server.cpu() - cpu) / (SENDERS * EACH) * 1000


def idling(server: Server) -> float:
    """MiB that five hundred sessions take which wait in an inbox."""
    before, lines = server.resident(), []
    for number in range(IDLERS):
        other = server.others[number % len(server.others)]
        line = Line(server, source=f"127.0.0.{2 + number % 5}").log_in(other["login"], other["secret"])
        line.ask(b"SELECT INBOX")
        line.socket.sendall(b"i IDLE\r\n")
        if not line.socket.recv(1000).startswith(b"+"):
            raise SystemExit("IDLE was not answered")
        lines.append(line)
    grown = server.resident() - before
    for line in lines:
        line.close()
    return grown / 1024 / 1024
