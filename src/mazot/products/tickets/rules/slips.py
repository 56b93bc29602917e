# SPDX-License-Identifier: AGPL-3.0-or-later
"""How money is asked for on paper: the Swiss QR-bill (Implementation Guidelines 2.3) and the SEPA code (EPC069-12).

Both are texts in a QR code. Which one a bill gets follows from its account and currency; a bill that may have neither
prints the account and the reference.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from segno import helpers, make
from segno.encoder import DataOverflowError
from stdnum import iban as ibans
from stdnum import iso11649
from stdnum.ch import esr

from mazot.products.tickets.rules.codes import drawn

SWISS = ("CH", "LI")
NOT_FOR_PAYMENT = "DO NOT USE FOR PAYMENT"  # guidelines 3.5.2: of a bill of nothing, and of one for a trial
MOST = 99_999_999_999  # the guidelines' and the EPC's greatest amount, in cents

# Swiss Implementation Guidelines, annex D: no other words may stand on a slip, and no other languages.
WORDS = {
    "en": (
        "Receipt", "Payment part", "Account / Payable to", "Reference", "Additional information", "Payable by",
        "Payable by (name/address)", "Currency", "Amount", "Acceptance point", "Separate before paying in",
    ),
    "fr": (
        "Récépissé", "Section paiement", "Compte / Payable à", "Référence", "Informations supplémentaires",
        "Payable par", "Payable par (nom/adresse)", "Monnaie", "Montant", "Point de dépôt",
        "À détacher avant le versement",
    ),
    "de": (
        "Empfangsschein", "Zahlteil", "Konto / Zahlbar an", "Referenz", "Zusätzliche Informationen", "Zahlbar durch",
        "Zahlbar durch (Name/Adresse)", "Währung", "Betrag", "Annahmestelle", "Vor der Einzahlung abzutrennen",
    ),
    "it": (
        "Ricevuta", "Sezione pagamento", "Conto / Pagabile a", "Riferimento", "Informazioni supplementari",
        "Pagabile da", "Pagabile da (nome/indirizzo)", "Valuta", "Importo", "Punto di accettazione",
        "Da staccare prima del versamento",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Creditor:
    """Who gets the money, with a structured address (the only kind since November 2025)."""

    name: str
    street: str
    house: str
    postcode: str
    town: str
    country: str

    @property
    def is_whole(self) -> bool:
        return all((self.name, self.postcode, self.town, len(self.country) == 2))

    @property
    def lines(self) -> list[str]:
        place = f"{self.country}-{self.postcode} {self.town}" if self.postcode else self.town
        return [line for line in (self.name, f"{self.street} {self.house}".strip(), place.strip(" -")) if line]


@dataclass(frozen=True, slots=True)
class Bill:
    """What is asked for, by whom, until which reference finds it again."""

    iban: str
    creditor: Creditor
    currency: str
    amount: int  # cents
    reference: str
    message: str
    is_trial: bool


@dataclass(frozen=True, slots=True)
class Slip:
    """The part of a bill that a bank reads: `kind` is "swiss", "sepa" or "plain" (no code: account and reference)."""

    kind: str
    code: str  # an SVG
    account: str
    payable_to: list[str]
    reference: str
    message: str
    currency: str
    amount: str
    words: list[str]


def is_iban(text: str) -> bool:
    """Whether it is an account number whose check digits are right."""
    return bool(ibans.is_valid(text))


def reference_for(number: str, *, iban: str, shop_id: UUID) -> str:
    """The reference of an order's bill: 26 digits and their check for a QR-IBAN, a creditor reference otherwise.

    It carries the order's number, and some letters of the shop for those who let several shops use one account.
    """
    if _is_qr_iban(iban):
        digits = re.sub(r"\D", "", number)[-14:]
        payload = f"{shop_id.int % 10**12:012d}{digits:0>14}"
        return payload + str(esr.calc_check_digit(payload))
    payload = re.sub(r"[^A-Z0-9]", "", number.upper())[-17:] + f"{shop_id.int % 36**4:x}".upper()[-4:]
    # ISO 7064, MOD 97-10, over the letters with "RF00" behind them (ISO 11649 §6).
    rest = int("".join(str(int(letter, 36)) for letter in f"{payload}RF00")) % 97
    return f"RF{98 - rest:02d}{payload}"


def slip_of(bill: Bill, language: str) -> Slip:
    """The slip of a bill, in one of the languages slips have."""
    account = ibans.compact(bill.iban)
    kind = _kind(bill, account)
    words = WORDS.get(language[:2], WORDS["en"])
    amount = 0 if bill.is_trial else bill.amount
    message = NOT_FOR_PAYMENT if bill.is_trial else bill.message[:140]
    said = {"swiss": _swiss, "sepa": _sepa, "plain": lambda *_: ""}[kind](bill, account, amount, message)
    return Slip(
        kind=kind,
        code=said,
        account=ibans.format(account),
        payable_to=bill.creditor.lines,
        reference=_spaced(bill.reference),
        message=message,
        currency=bill.currency,
        amount=f"{amount // 100:,}.{amount % 100:02d}".replace(",", " "),
        words=list(words),
    )


def _kind(bill: Bill, account: str) -> str:
    if not is_iban(account) or not 0 < bill.amount <= MOST:
        return "plain"
    if account[:2] in SWISS:
        fits = bill.currency in ("CHF", "EUR") and bill.creditor.is_whole
        return "swiss" if fits and _reference_type(bill.reference, account) else "plain"
    return "sepa" if bill.currency == "EUR" and bill.creditor.name and not bill.is_trial else "plain"


def _is_qr_iban(iban: str) -> bool:
    account = ibans.compact(iban)
    return account[:2] in SWISS and account[4:9].isdigit() and 30_000 <= int(account[4:9]) <= 31_999


def _reference_type(reference: str, account: str) -> str:
    """A QR-IBAN asks for a QR reference and takes no other; an ordinary account takes no QR reference."""
    if _is_qr_iban(account):
        return "QRR" if esr.is_valid(reference) and len(reference) == 27 else ""
    if not reference:
        return "NON"
    return "SCOR" if iso11649.is_valid(reference) else ""


def _swiss(bill: Bill, account: str, amount: int, message: str) -> str:
    """Guidelines 4.2.2: each element on a line, also the empty ones; the code is at level M with the Swiss cross."""
    one = bill.creditor
    to = ["S", one.name[:70], one.street[:70], one.house[:16], one.postcode[:16], one.town[:35], one.country.upper()]
    nobody, asked = [""] * 7, [f"{amount // 100}.{amount % 100:02d}", bill.currency]
    about = [_reference_type(bill.reference, account), bill.reference, message, "EPD"]
    lines = ["SPC", "0200", "1", account, *to, *nobody, *asked, *nobody, *about]
    return drawn(make("\n".join(_plain(line) for line in lines), error="m", micro=False, encoding="utf-8"), cross=True)


def _sepa(bill: Bill, account: str, amount: int, message: str) -> str:
    """A creditor reference where there is one, and otherwise a text: the EPC allows one of them."""
    structured = bool(bill.reference) and bool(iso11649.is_valid(bill.reference))
    try:
        code = helpers.make_epc_qr(
            name=bill.creditor.name[:70],
            iban=account,
            amount=Decimal(amount) / 100,
            reference=bill.reference if structured else None,
            text=None if structured else message,
            encoding="utf-8",
        )
    except (ValueError, DataOverflowError):
        return ""
    return drawn(code)


def _plain(line: str) -> str:
    return " ".join(line.split())


def _spaced(reference: str) -> str:
    """As people read it: a QR reference is 2 digits and then fives, a creditor reference fours."""
    if reference.isdigit() and len(reference) == 27:
        return " ".join([reference[:2], *(reference[at : at + 5] for at in range(2, 27, 5))])
    return " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))
