"""Fictional people and work terms of the demo."""

from canut.actions.pay.intermediaries import ChainIn
from canut.actions.people.work_terms import TermsIn
from canut.core.money import Money
from canut.core.pay.intermediaries import Party, PartyRole
from canut.core.places.parameters import Status
from canut.demo.texts import ORGANISATION

TERMS = TermsIn("CA-QC", "America/Toronto", Status.SELF_EMPLOYED)
DEPOSIT = "Démonstration, argent inventé"
CHAIN = ChainIn(
    ORGANISATION,
    "CA",
    price_micro=45_000,
    between=(
        Party(PartyRole.OPERATOR, Money(4_000, "CAD"), "Démonstration", "CA"),
        Party(PartyRole.INTERMEDIARY, Money(6_000, "CAD"), "Relais", "FR"),
    ),
)
