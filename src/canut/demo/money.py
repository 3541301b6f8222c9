"""Who is paid in the demo, and under which terms; all of it made up, like its crowd."""

from canut.actions.chain import ChainIn
from canut.actions.terms import TermsIn
from canut.core.labour.chain import Party, PartyRole
from canut.core.labour.parameters import Status
from canut.core.money import Money
from canut.demo.words import ORGANISATION

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
