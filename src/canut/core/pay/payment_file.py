"""Write the file that pays people: ISO 20022 for a bank, CSV for mobile money.

Equal payments give equal bytes. Account numbers are checked here; ``actions.people.bank_accounts``
decides how they are encrypted and who may read them.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree import ElementTree as ET

from canut.core.errors import BadInput, Incomplete
from canut.core.formula_cells import FORMULA_STARTS
from canut.core.money import DECIMALS, Money, minor_decimals
from canut.core.pay.sepa import LONGEST_NAME as LONGEST_SEPA_NAME
from canut.core.pay.sepa import has_letters, sepa_text, settlement_day

SPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
BIC = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
ACCOUNT = re.compile(r"[0-9A-Z]{3,34}")
NUMBER = re.compile(r"\+?[0-9]{6,15}")
EURO = "EUR"
COUNTRY = re.compile(r"[A-Z]{2}")
CANADIAN_BANK = re.compile(r"0[0-9]{8}")
CANADIAN_TYPED = re.compile(
    r"(?P<institution>[0-9]{3})[- ](?P<transit>[0-9]{5})"
    r"|(?P<first_transit>[0-9]{5})[- ](?P<last_institution>[0-9]{3})"
)
CANADIAN_NUMBER = re.compile(r"[0-9]{7,12}")
CANADA = "CACPA"
LONGEST_TOWN = 35
MOST_MICRO = 999_999_999_990_000
LONGEST_NAME, LONGEST_ID, LONGEST_NOTE = 140, 35, 140
MOBILE_COLUMNS = (
    "reference",
    "name",
    "operator",
    "number",
    "amount",
    "currency",
    "pay_day",
    "note",
)


@dataclass(frozen=True, slots=True)
class Account:
    """A bank or mobile money account.

    Args:
        holder: the name on the account.
        iban: international account number; or ``number`` if there is none.
        bic: international code of the bank; optional with an IBAN.
        number: account number without the bank, or a mobile number.
        bank: clearing code of the bank of ``number``, or the mobile money operator.
        system: the clearing system of ``bank``, such as CACPA for Canada.
        town, country: of the holder, for a structured address; the country by ISO 3166.

    Raises:
        BadInput: a number is malformed.
    """

    holder: str
    iban: str = ""
    bic: str = ""
    number: str = ""
    bank: str = ""
    system: str = ""
    town: str = ""
    country: str = ""

    def __post_init__(self) -> None:
        """Raise if a bank would refuse this account."""
        _refuse("holder", self.holder, is_good=0 < len(self.holder.strip()) <= LONGEST_NAME)
        _refuse("iban", self.iban, is_good=not self.iban or is_iban(self.iban))
        _refuse("bic", self.bic, is_good=not self.bic or bool(BIC.fullmatch(self.bic)))
        if not self.iban:
            number = self.number.removeprefix("+")
            _refuse("number", self.number, is_good=bool(ACCOUNT.fullmatch(number)))


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment to one person."""

    reference: str
    to: Account
    amount: Money
    note: str


@dataclass(frozen=True, slots=True)
class Order:
    """Payments in one currency from one account.

    Args:
        message: identifier that no other file of this payer has.
        made_at: time of creation, with its time zone.
        pay_day: day on which the bank is to pay.

    Raises:
        BadInput: payments have several currencies, an amount is 0, or there is no payment.
    """

    message: str
    made_at: datetime
    pay_day: date
    payer: Account
    transfers: Sequence[Transfer]

    def __post_init__(self) -> None:
        """Raise unless all payments have one currency and amounts above 0."""
        currencies = {transfer.amount.currency for transfer in self.transfers}
        if len(currencies) != 1 or any(transfer.amount.micro <= 0 for transfer in self.transfers):
            raise BadInput(
                f"order {self.message} has {len(self.transfers)} payments in"
                f" {sorted(currencies)}; expected one currency, and amounts above 0",
                code="bad-order",
            )

        ids = {transfer.reference for transfer in self.transfers}
        if len(ids) < len(self.transfers) or any(not 0 < len(id_) <= LONGEST_ID for id_ in ids):
            raise BadInput(
                f"order {self.message} has a reference twice, none, or one over {LONGEST_ID}"
                " characters",
                code="bad-order",
            )

    @property
    def is_sepa(self) -> bool:
        """Return whether the rules of the European Payments Council hold: it is in euros."""
        return self.transfers[0].amount.currency == EURO

    @property
    def total(self) -> Money:
        """Return the sum of all payments."""
        nothing = Money(0, self.transfers[0].amount.currency)
        return sum((transfer.amount for transfer in self.transfers), nothing)


def check_account(account: Account) -> None:
    """Refuse an account that no bank can have, before it is stored or paid to.

    A number of zeros alone is none. A Canadian one has 7 to 12 digits at a bank of 9: a zero, the
    institution of 3 and the transit of 5, neither of them zeros alone. Accounts that were stored
    before are not refused where they are read, but where they would be paid to.

    Raises:
        BadInput: a number is malformed.
    """
    _refuse("country", account.country, is_good=_is_country(account.country))
    if account.iban:
        return
    _refuse("number", account.number, is_good=bool(account.number.strip("+0")))
    if is_canadian(account):
        is_bank = CANADIAN_BANK.fullmatch(account.bank) is not None
        is_bank = is_bank and bool(account.bank[1:4].strip("0") and account.bank[4:].strip("0"))
        _refuse("bank", account.bank, is_good=is_bank)
        _refuse("number", account.number, is_good=bool(CANADIAN_NUMBER.fullmatch(account.number)))


def why_unfit(account: Account, currency: str, *, is_cpa: bool = False) -> str:
    """Return why a bank file cannot pay to an account; empty if it can.

    Returns:
        ``malformed``, ``not-canadian``, ``no-iban`` or ``no-letters``.
    """
    try:
        check_account(account)
    except BadInput:
        return "malformed"
    if is_cpa and not is_canadian(account):
        return "not-canadian"
    if currency == EURO and not account.iban:
        return "no-iban"
    if currency != EURO and not is_cpa:
        return ""
    return "" if has_letters(account.holder) else "no-letters"


def canadian_code(text: str) -> str:
    """Return the code of a Canadian bank that is typed as on a cheque; any other text as it is.

    Example:
        >>> canadian_code("815-12345"), canadian_code("12345-815"), canadian_code("021000021")
        ('081512345', '081512345', '021000021')
    """
    typed = CANADIAN_TYPED.fullmatch(text)
    if typed is None:
        return text
    institution = typed["institution"] or typed["last_institution"]
    return f"0{institution}{typed['transit'] or typed['first_transit']}"


def is_canadian(account: Account) -> bool:
    """Return whether an account without IBAN is one of a Canadian bank."""
    is_bank = bool(CANADIAN_BANK.fullmatch(account.bank))
    return not account.iban and (is_bank or account.system == CANADA or account.country == "CA")


def _is_country(code: str) -> bool:
    return not code or bool(COUNTRY.fullmatch(code))


def is_iban(text: str) -> bool:
    """Return whether an IBAN has valid check digits.

    Source:
        ISO 13616: the number with its first four characters last, letters as 10 to 35, leaves 1
        when divided by 97.

    Example:
        >>> is_iban("FR7630006000011234567890189"), is_iban("FR7630006000011234567890188")
        (True, False)
    """
    if not IBAN.fullmatch(text):
        return False
    digits = "".join(str(int(letter, 36)) for letter in text[4:] + text[:4])
    return int(digits) % 97 == 1


def written_amount(money: Money) -> str:
    """Format an amount with the decimals of its currency.

    Raises:
        BadInput: the amount is finer than the smallest coin.

    Example:
        >>> written_amount(Money(1_381_120_000, "CAD")), written_amount(Money(4_000_000, "XAF"))
        ('1381.12', '4')
    """
    decimals = minor_decimals(money.currency)
    coins, remainder = divmod(money.micro, 10 ** (DECIMALS - decimals))
    if remainder:
        raise BadInput(f"{money.decimal} {money.currency} is finer than its smallest coin")
    whole, fraction = divmod(coins, 10**decimals)
    return f"{whole}.{fraction:0{decimals}}" if decimals else str(whole)


def bank_file(order: Order) -> bytes:
    """Write an order as a customer credit transfer initiation, pain.001.001.09.

    The payer bears all fees, so that the amount of the statement arrives in full. In euros each
    side bears its own, as SEPA has it: a transfer arrives in full all the same.

    Raises:
        Incomplete: the payer's bank is not named; in euros, the payer has no IBAN.
        BadInput: in euros, an account without IBAN, a name without letters of the SEPA alphabet, or
            an amount that no bank takes.

    Source:
        ISO 20022, message definition pain.001.001.09; for euros also ``sepa``.
    """
    payer, is_sepa = order.payer, order.is_sepa
    if is_sepa:
        _check_sepa(order)
    elif not (payer.bic or payer.bank):
        raise Incomplete("the bank of the payer is not named; add its BIC", code="payer-unknown")
    pay_day = settlement_day(order.pay_day) if is_sepa else order.pay_day
    document = ET.Element("Document", xmlns=SPACE)
    top = ET.SubElement(document, "CstmrCdtTrfInitn")
    count, total = str(len(order.transfers)), written_amount(order.total)
    head = ET.SubElement(top, "GrpHdr")
    _add(head, "MsgId", order.message[:LONGEST_ID])
    _add(head, "CreDtTm", order.made_at.isoformat(timespec="seconds"))
    _add(head, "NbOfTxs", count)
    _add(head, "CtrlSum", total)
    _add(ET.SubElement(head, "InitgPty"), "Nm", _name(payer, is_sepa=is_sepa))
    batch = ET.SubElement(top, "PmtInf")
    _add(batch, "PmtInfId", order.message[:LONGEST_ID])
    _add(batch, "PmtMtd", "TRF")
    _add(batch, "NbOfTxs", count)
    _add(batch, "CtrlSum", total)
    if is_sepa:
        _add(ET.SubElement(ET.SubElement(batch, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    _add(ET.SubElement(batch, "ReqdExctnDt"), "Dt", pay_day.isoformat())
    _party(batch, "Dbtr", payer, is_sepa=is_sepa)
    _account(batch, "DbtrAcct", payer)
    _agent(batch, "DbtrAgt", payer)
    _add(batch, "ChrgBr", "SLEV" if is_sepa else "DEBT")
    for transfer in order.transfers:
        line = ET.SubElement(batch, "CdtTrfTxInf")
        _add(ET.SubElement(line, "PmtId"), "EndToEndId", transfer.reference)
        amount = ET.SubElement(ET.SubElement(line, "Amt"), "InstdAmt", Ccy=transfer.amount.currency)
        amount.text = written_amount(transfer.amount)
        if transfer.to.bic or (transfer.to.bank and not is_sepa):
            _agent(line, "CdtrAgt", transfer.to)
        _party(line, "Cdtr", transfer.to, is_sepa=is_sepa)
        _account(line, "CdtrAcct", transfer.to)
        note = sepa_text(transfer.note, LONGEST_NOTE) if is_sepa else transfer.note[:LONGEST_NOTE]
        _add(ET.SubElement(line, "RmtInf"), "Ustrd", note)
    ET.indent(document)
    text: bytes = ET.tostring(document, encoding="UTF-8", xml_declaration=True)
    return text + b"\n"


def mobile_file(order: Order) -> bytes:
    """Write an order as CSV for a mobile money operator: UTF-8, without formulas."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(MOBILE_COLUMNS)
    for transfer in order.transfers:
        row = (
            transfer.reference,
            transfer.to.holder,
            transfer.to.bank,
            transfer.to.number.removeprefix("+"),
            written_amount(transfer.amount),
            transfer.amount.currency,
            order.pay_day.isoformat(),
            transfer.note,
        )
        table.writerow([_safe(cell) for cell in row])
    return text.getvalue().encode()


def _safe(cell: str) -> str:
    """Escape a cell so that a spreadsheet does not run it as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _check_sepa(order: Order) -> None:
    """Raise unless banks of the SEPA area can carry an order out."""
    if not order.payer.iban:
        raise Incomplete("euros are paid from an IBAN; add it", code="payer-unknown")
    for account in (order.payer, *(transfer.to for transfer in order.transfers)):
        _refuse("iban", account.number, is_good=bool(account.iban))
        _refuse("holder", account.holder, is_good=has_letters(account.holder))
    if any(transfer.amount.micro > MOST_MICRO for transfer in order.transfers):
        raise BadInput(f"order {order.message} has an amount over 999,999,999.99", code="bad-order")
    for text in (order.message, *(transfer.reference for transfer in order.transfers)):
        if sepa_text(text, LONGEST_ID) != text:
            raise BadInput(f"{text!r} is not in the SEPA alphabet", code="bad-order")


def _name(account: Account, *, is_sepa: bool) -> str:
    return sepa_text(account.holder, LONGEST_SEPA_NAME) if is_sepa else account.holder


def _party(parent: ET.Element, name: str, account: Account, *, is_sepa: bool) -> None:
    """Add a party; its address is structured, with town and country, or absent."""
    party = ET.SubElement(parent, name)
    _add(party, "Nm", _name(account, is_sepa=is_sepa))
    town = sepa_text(account.town, LONGEST_TOWN)
    if is_sepa and town and account.country:
        address = ET.SubElement(party, "PstlAdr")
        _add(address, "TwnNm", town)
        _add(address, "Ctry", account.country)


def _account(parent: ET.Element, name: str, account: Account) -> None:
    identity = ET.SubElement(ET.SubElement(parent, name), "Id")
    if account.iban:
        _add(identity, "IBAN", account.iban)
    else:
        _add(ET.SubElement(identity, "Othr"), "Id", account.number)


def _agent(parent: ET.Element, name: str, account: Account) -> None:
    bank = ET.SubElement(ET.SubElement(parent, name), "FinInstnId")
    if account.bic:
        _add(bank, "BICFI", account.bic)
        return
    if account.iban and not account.bank:  # SEPA finds the bank by the IBAN
        _add(ET.SubElement(bank, "Othr"), "Id", "NOTPROVIDED")
        return
    member = ET.SubElement(bank, "ClrSysMmbId")
    if account.system:
        _add(ET.SubElement(member, "ClrSysId"), "Cd", account.system)
    _add(member, "MmbId", account.bank)


def _refuse(field: str, value: str, *, is_good: bool) -> None:
    if not is_good:
        raise BadInput(
            f"{field} cannot be right; copy it again from the bank's own papers",
            code="bad-account",
            field=field,
            length=len(value),
        )
