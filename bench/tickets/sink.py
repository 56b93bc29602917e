# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mail server that takes everything and keeps nothing: `sink.py PORT`."""

import socketserver
import sys


class Session(socketserver.StreamRequestHandler):
    """One conversation of RFC 5321, as short as a client accepts it."""

    def handle(self) -> None:
        self.say("220 sink")
        while line := self.rfile.readline():
            word = line.strip().upper()[:4]
            if word == b"DATA":
                self.say("354 go on")
                while (line := self.rfile.readline()) and line != b".\r\n":
                    pass
            self.say("221 bye" if word == b"QUIT" else "250 taken")
            if word == b"QUIT":
                return

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class Sink(socketserver.ThreadingTCPServer):
    """One thread for each conversation."""

    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    Sink(("127.0.0.1", int(sys.argv[1])), Session).serve_forever()
