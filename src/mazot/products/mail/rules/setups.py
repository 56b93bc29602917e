# SPDX-License-Identifier: AGPL-3.0-or-later
"""What programs read to set themselves up: Mozilla's config 1.1, Microsoft's autodiscover, Apple's profile.

None of them says whether an address exists: the domain is in the name system anyway, and the rest is what was asked.
"""

import plistlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID, uuid5
from xml.sax.saxutils import escape, unescape

LONGEST_REQUEST = 16 * 1024
SCHEMA = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
# Not parsed as XML: what strangers send has no entities and no depth here.
_ASKED = re.compile(r"<(?:\w{1,20}:)?EMailAddress\s*>([^<>]{3,1000})</(?:\w{1,20}:)?EMailAddress\s*>", re.IGNORECASE)
_KINDS = {"imap": "IMAP", "submission": "SMTP"}

Secrecy = Literal["tls", "starttls", ""]
TLS: Final = "tls"  # from the first byte
STARTTLS: Final = "starttls"
NOTHING: Final = ""
_SOCKETS = {TLS: "SSL", STARTTLS: "STARTTLS", NOTHING: "plain"}  # as Mozilla's document calls them
_ENCRYPTIONS = {TLS: "SSL", STARTTLS: "TLS", NOTHING: "None"}  # as Microsoft's does


@dataclass(frozen=True, slots=True)
class Server:
    """A door for programs: "imap" or "submission", where it is, and how what is said there is kept secret."""

    key: str
    host: str
    port: int
    secrecy: Secrecy


def mozilla_config(domain: str, name: str, servers: Sequence[Server]) -> bytes:
    """The document that Thunderbird, K-9 and others look for (config-v1.1.xml)."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<clientConfig version="1.1">',
        f'  <emailProvider id="{escape(domain)}">',
        f"    <domain>{escape(domain)}</domain>",
        f"    <displayName>{escape(name)}</displayName>",
        f"    <displayShortName>{escape(name)}</displayShortName>",
    ]
    for server in servers:
        tag, kind = ("incomingServer", "imap") if server.key == "imap" else ("outgoingServer", "smtp")
        lines += [
            f'    <{tag} type="{kind}">',
            f"      <hostname>{escape(server.host)}</hostname>",
            f"      <port>{server.port}</port>",
            f"      <socketType>{_SOCKETS[server.secrecy]}</socketType>",
            "      <authentication>password-cleartext</authentication>",
            "      <username>%EMAILADDRESS%</username>",
            f"    </{tag}>",
        ]
    return ("\n".join([*lines, "  </emailProvider>", "</clientConfig>"]) + "\n").encode()


def asked_address(request: bytes) -> str:
    """The address that an autodiscover request is about; empty when it names none."""
    found = _ASKED.search(request[:LONGEST_REQUEST].decode("utf-8", "replace"))
    address = unescape(found[1]).strip() if found else ""
    return address if "@" in address and address.isprintable() and len(address) <= 254 else ""


def autodiscover_answer(address: str, servers: Sequence[Server]) -> bytes:
    """The settings for Outlook and what does as it does ("plain old XML")."""
    protocols = []
    for server in servers:
        secure = "on" if server.secrecy else "off"
        protocols += [
            "      <Protocol>",
            f"        <Type>{_KINDS[server.key]}</Type>",
            f"        <Server>{escape(server.host)}</Server>",
            f"        <Port>{server.port}</Port>",
            "        <DomainRequired>off</DomainRequired>",
            f"        <LoginName>{escape(address)}</LoginName>",
            "        <SPA>off</SPA>",
            f"        <SSL>{secure}</SSL>",
            f"        <Encryption>{_ENCRYPTIONS[server.secrecy]}</Encryption>",
            "        <AuthRequired>on</AuthRequired>",
            *(["        <UsePOPAuth>on</UsePOPAuth>"] if server.key == "submission" else []),
            "      </Protocol>",
        ]
    account = ["    <Account>", "      <AccountType>email</AccountType>", "      <Action>settings</Action>"]
    return _autodiscover(SCHEMA, [*account, *protocols, "    </Account>"])


def autodiscover_refusal(code: int, message: str) -> bytes:
    """That there is nothing to say: 500 for a domain of others, 600 for a request that cannot be read."""
    error = [
        f'    <Error Time="00:00:00" Id="0"><ErrorCode>{code}</ErrorCode>',
        f"    <Message>{escape(message)}</Message>",
    ]
    return _autodiscover("", [*error, "    <DebugData /></Error>"])


def _autodiscover(schema: str, lines: list[str]) -> bytes:
    named = f' xmlns="{schema}"' if schema else ""
    above = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">',
        f"  <Response{named}>",
    ]
    return ("\n".join([*above, *lines, "  </Response>", "</Autodiscover>"]) + "\n").encode()


def apple_profile(address: str, name: str, title: str, servers: Sequence[Server], *, mark: UUID) -> bytes:
    """A profile for telephones and computers of Apple; the password is asked for by the device itself."""
    account: dict[str, object] = {
        "PayloadType": "com.apple.mail.managed",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"mazot.mail.{mark}.account",
        "PayloadUUID": str(uuid5(mark, "account")).upper(),
        "PayloadDisplayName": address,
        "EmailAccountType": "EmailTypeIMAP",
        "EmailAccountDescription": address,
        "EmailAccountName": name,
        "EmailAddress": address,
        "OutgoingPasswordSameAsIncomingPassword": True,
    }
    for server in servers:
        way = "Incoming" if server.key == "imap" else "Outgoing"
        account |= {
            f"{way}MailServerAuthentication": "EmailAuthPassword",
            f"{way}MailServerHostName": server.host,
            f"{way}MailServerPortNumber": server.port,
            f"{way}MailServerUseSSL": bool(server.secrecy),
            f"{way}MailServerUsername": address,
        }
    profile = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"mazot.mail.{mark}",
        "PayloadUUID": str(uuid5(mark, "profile")).upper(),
        "PayloadDisplayName": title,
        "PayloadContent": [account],
    }
    return plistlib.dumps(profile)
