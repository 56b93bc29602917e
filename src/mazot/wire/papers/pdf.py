# SPDX-License-Identifier: AGPL-3.0-or-later
"""The text of a PDF, read by a process of its own: files that make a reader turn for ever, or fill the memory, exist.

Run as a program it reads the file from its input and writes the text as UTF-8.
"""

import subprocess
import sys

SECONDS = 10
MEMORY = 1 << 30
PAGES = 500


def text_of_pdf(content: bytes, *, most: int, seconds: int = SECONDS) -> str:
    """The text of a PDF, as far as it was read in this time; empty where none can be."""
    if b"%PDF-" not in content[:1024]:
        return ""
    command = [sys.executable, "-I", "-B", __file__, str(most), str(seconds)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=seconds + 5, check=False)
    except (subprocess.TimeoutExpired, OSError):
        return ""
    return done.stdout.decode("utf-8", "ignore")[:most]


def _main() -> None:
    import logging
    import resource
    from io import BytesIO

    most, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    logging.disable()
    from pypdf import PdfReader

    size = 0
    reader = PdfReader(BytesIO(sys.stdin.buffer.read()))
    for number, page in enumerate(reader.pages):
        text = page.extract_text()
        sys.stdout.buffer.write(text.encode("utf-8", "ignore") + b"\n")
        sys.stdout.buffer.flush()  # what was read stays, whatever the next page does
        size += len(text)
        if size > most or number >= PAGES:
            break


if __name__ == "__main__":
    _main()
