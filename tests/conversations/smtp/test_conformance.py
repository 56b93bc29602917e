# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each command of RFC 5321 and of the extensions that EHLO names, in the states it may and may not be given in."""

import re

import pytest

from tests.conversations.smtp.conftest import MALIK, Connect

HELO, FROM, TO = "EHLO away.example", "MAIL FROM:<nina@away.example>", f"RCPT TO:<{MALIK}>"
LETTER = "Subject: a\r\n\r\nb\r\n."

# What is said, and the code of each answer. `<text>` is a line that only goes with the one before it.
VECTORS = {
    # RFC 5321 section 4.1.1.1: HELO and EHLO, and that either begins anew.
    "helo": ["250 HELO away.example", f"250 {FROM}", f"250 {TO}"],
    "ehlo": [f"250 {HELO}", f"250 {FROM}", f"250 {TO}"],
    "in small letters": ["250 ehlo away.example", "250 mail from:<nina@away.example>", f"250 rcpt to:<{MALIK}>"],
    "ehlo by address": ["250 EHLO [192.0.2.1]", f"250 {FROM}"],
    "ehlo by an address of six": ["250 EHLO [IPv6:2001:db8::1]", f"250 {FROM}"],
    "ehlo without a name": ["501 EHLO", f"503 {FROM}"],
    "ehlo again forgets": [f"250 {HELO}", f"250 {FROM}", f"250 {TO}", f"250 {HELO}", "503 DATA"],
    "mail before hello": [f"503 {FROM}"],
    # Section 4.1.1.2: MAIL.
    "mail of nobody": [f"250 {HELO}", "250 MAIL FROM:<>", f"250 {TO}"],
    "mail twice": [f"250 {HELO}", f"250 {FROM}", f"503 {FROM}"],
    # No grammar has the blank; many programs write it, and nothing else can be meant.
    "mail with a blank after the colon": [f"250 {HELO}", "250 MAIL FROM: <nina@away.example>"],
    "mail without brackets": [f"250 {HELO}", "553 MAIL FROM:nina@away.example"],
    "mail to": [f"250 {HELO}", "50[01] MAIL TO:<nina@away.example>"],
    "mail with a route": [f"250 {HELO}", "250 MAIL FROM:<@a.example,@b.example:nina@away.example>"],
    "mail of a quoted name": [f"250 {HELO}", '250 MAIL FROM:<"nina is"@away.example>'],
    "mail of an address by number": [f"250 {HELO}", "250 MAIL FROM:<nina@[192.0.2.1]>"],
    "mail of two at signs": [f"250 {HELO}", "553 MAIL FROM:<nina@away@example>"],
    "mail with an unknown parameter": [f"250 {HELO}", f"555 {FROM} COLOUR=green"],
    "mail with the same twice": [f"250 {HELO}", f"501 {FROM} SIZE=1 SIZE=2"],
    # RFC 1870: SIZE.
    "mail with its size": [f"250 {HELO}", f"250 {FROM} SIZE=1000"],
    "mail that is too large": [f"250 {HELO}", f"552 {FROM} SIZE=99999999999"],
    "mail of no size": [f"250 {HELO}", f"501 {FROM} SIZE=many"],
    "mail of an empty size": [f"250 {HELO}", f"501 {FROM} SIZE="],
    # RFC 6152, RFC 3030, RFC 6531: bodies and names beyond ASCII.
    "mail of eight bits": [f"250 {HELO}", f"250 {FROM} BODY=8BITMIME"],
    "mail of seven bits": [f"250 {HELO}", f"250 {FROM} BODY=7BIT"],
    "mail of a body nobody knows": [f"250 {HELO}", f"50[14] {FROM} BODY=9BIT"],
    "mail with names beyond ascii": [f"250 {HELO}", "250 MAIL FROM:<n\u00edna@away.example> SMTPUTF8"],
    "names beyond ascii unasked": [f"250 {HELO}", "5[05]3 MAIL FROM:<n\u00edna@away.example>"],
    "smtputf8 with a value": [f"250 {HELO}", f"501 {FROM} SMTPUTF8=yes"],
    # RFC 3461: DSN.
    "mail with what to return": [f"250 {HELO}", f"250 {FROM} RET=HDRS ENVID=QQ314159"],
    "mail with nothing to return": [f"250 {HELO}", f"501 {FROM} RET=SOME"],
    "mail with an envelope of bad letters": [f"250 {HELO}", f"501 {FROM} ENVID=a=b"],
    "rcpt with whom to tell": [f"250 {HELO}", f"250 {FROM}", f"250 {TO} NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;{MALIK}"],
    "rcpt with never and more": [f"250 {HELO}", f"250 {FROM}", f"501 {TO} NOTIFY=NEVER,DELAY"],
    "rcpt with whom to tell unknown": [f"250 {HELO}", f"250 {FROM}", f"501 {TO} NOTIFY=SOMETIMES"],
    # Section 4.1.1.3: RCPT.
    "rcpt before mail": [f"250 {HELO}", f"503 {TO}"],
    "rcpt of nobody": [f"250 {HELO}", f"250 {FROM}", "50[13] RCPT TO:<>"],
    "rcpt of nobody here": [f"250 {HELO}", f"250 {FROM}", "550 RCPT TO:<ghost@mimosa.example>"],
    "rcpt of another domain": [f"250 {HELO}", f"250 {FROM}", "55[014] RCPT TO:<nina@away.example>"],
    "rcpt in capitals": [f"250 {HELO}", f"250 {FROM}", f"250 RCPT TO:<{MALIK.upper()}>"],
    "rcpt with a detail": [f"250 {HELO}", f"250 {FROM}", "250 RCPT TO:<malik+shop@mimosa.example>"],
    "rcpt quoted": [f"250 {HELO}", f"250 {FROM}", '250 RCPT TO:<"malik"@mimosa.example>'],
    "rcpt with an unknown parameter": [f"250 {HELO}", f"250 {FROM}", f"555 {TO} COLOUR=green"],
    # Sections 4.1.1.4 and 4.1.1.5: DATA and RSET.
    "data": [f"250 {HELO}", f"250 {FROM}", f"250 {TO}", "354 DATA", f"250 {LETTER}"],
    "data before rcpt": [f"250 {HELO}", f"250 {FROM}", "554 DATA"],
    "data with a word": [f"250 {HELO}", f"250 {FROM}", f"250 {TO}", "501 DATA now"],
    "data after none was taken": [f"250 {HELO}", f"250 {FROM}", "550 RCPT TO:<ghost@mimosa.example>", "5(03|54) DATA"],
    "after data all is forgotten": [
        f"250 {HELO}",
        f"250 {FROM}",
        f"250 {TO}",
        "354 DATA",
        f"250 {LETTER}",
        f"503 {TO}",
    ],
    "an empty letter": [f"250 {HELO}", f"250 {FROM}", f"250 {TO}", "354 DATA", "250 ."],
    "rset": [f"250 {HELO}", f"250 {FROM}", "250 RSET", f"503 {TO}", f"250 {FROM}"],
    "rset before hello": ["250 RSET"],
    "rset with a word": [f"250 {HELO}", "501 RSET now"],
    # RFC 3030: CHUNKING.
    "bdat of nothing": [f"250 {HELO}", f"250 {FROM}", f"250 {TO}", "250 BDAT 0 LAST"],
    "bdat without a size": [f"250 {HELO}", f"250 {FROM}", f"250 {TO}", "501 BDAT"],
    "bdat of no size": [f"250 {HELO}", f"250 {FROM}", f"250 {TO}", "501 BDAT many"],
    # Sections 4.1.1.6 to 4.1.1.10: VRFY, EXPN, HELP, NOOP, QUIT.
    "vrfy tells nobody": [f"250 {HELO}", f"252 VRFY {MALIK}", "252 VRFY ghost@mimosa.example"],
    "expn": [f"250 {HELO}", "50[02] EXPN all"],
    "help": [f"250 {HELO}", "214 HELP"],
    "noop": ["250 NOOP", f"250 {HELO}", "250 NOOP with a word"],
    "quit": [f"250 {HELO}", "221 QUIT"],
    "quit before hello": ["221 QUIT"],
    "unknown": [f"250 {HELO}", "500 DANCE"],
    "nothing": [f"250 {HELO}", "500 "],
    "not here": [f"250 {HELO}", "50[02] TURN", "50[02] SEND FROM:<nina@away.example>", "50[02] ETRN x"],
    # RFC 3207 and RFC 4954: what this door does not offer.
    "starttls without a certificate": [f"250 {HELO}", "503 STARTTLS"],
    "auth where mail of others comes in": [f"250 {HELO}", "50[023] AUTH PLAIN AGEAYg=="],
    "a line of 600 letters": [f"250 {HELO}", "(250|50[01]) NOOP " + "x" * 600],
}


@pytest.mark.parametrize("name", VECTORS)
def test_each_command_is_answered_by_its_code(connect: Connect, name: str) -> None:
    client = connect()
    assert client.greeting.startswith("220 ")
    for step in VECTORS[name]:
        code, _blank, line = step.partition(" ")
        answer = client.say(line)
        assert re.match(f"(?:{code})[ -]", answer), (line, answer)
        # RFC 2034 section 4: an enhanced code of the same class, but after HELO, EHLO and the greeting.
        if answer[0] in "245" and not line.upper().startswith(("HELO", "EHLO")):
            assert re.match(rf"\d{{3}}[ -]{answer[0]}\.\d{{1,3}}\.\d{{1,3}} ", answer), answer


def test_what_ehlo_names(connect: Connect) -> None:
    names = {line[4:].split(" ")[0] for line in connect().say(HELO).splitlines()[1:]}
    assert names >= {"PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "CHUNKING", "DSN", "ENHANCEDSTATUSCODES"}
    assert not names & {"AUTH", "STARTTLS", "BINARYMIME", "VRFY"}
