"""What each kind of entry of the ledger is called on pages; a kind nobody named is shown as is."""

from django.utils.translation import gettext, gettext_noop

KINDS = {
    "answer": gettext_noop("one answer"),
    "review": gettext_noop("a review"),
    "model": gettext_noop("a model that learnt"),
    "model.drift": gettext_noop("a model that fell behind"),
    "model.export": gettext_noop("a model that left"),
    "decision.auto": gettext_noop("a decision by a rule"),
    "decision.human": gettext_noop("a decision by a person"),
    "appeal.open": gettext_noop("an appeal"),
    "appeal.decide": gettext_noop("an appeal answered"),
    "statement": gettext_noop("a pay statement"),
    "topup": gettext_noop("a top-up to the floor"),
    "remittance": gettext_noop("a payment"),
    "statement.signed": gettext_noop("a statement signed by whom it pays"),
    "instructions.set": gettext_noop("instructions"),
    "price.set": gettext_noop("a price"),
    "chain.set": gettext_noop("the chain of intermediaries"),
    "policy.set": gettext_noop("a rule of the platform"),
    "export": gettext_noop("a dataset"),
    "card": gettext_noop("a labour card"),
    "portrait": gettext_noop("a release of the Portrait"),
    "checkpoint": gettext_noop("where a project’s log ends"),
    "erasure": gettext_noop("an erasure"),
    "log.behind": gettext_noop("an older copy brought back"),
}


def entry_name(kind: str) -> str:
    """Return what a kind of entry is called, in the page's language."""
    return gettext(KINDS[kind]) if kind in KINDS else kind
