"""Names of the kinds of ledger entries on pages; an unknown kind is shown as it is."""

from canut.web.kit.messages import message_now

KINDS = {
    "answer": "page.entry_names.one_answer",
    "review": "page.entry_names.a_review",
    "model": "page.entry_names.a_model_that_learnt",
    "model.drift": "page.entry_names.a_model_that_fell",
    "model.export": "page.entry_names.a_model_that_left",
    "incident.open": "page.entry_names.an_incident",
    "incident.state": "page.entry_names.an_incident_step",
    "incident.verified": "page.entry_names.a_repair_verified",
    "repair": "page.entry_names.a_repair",
    "postmortem": "page.entry_names.a_postmortem",
    "decision.auto": "page.entry_names.a_decision",
    "decision.human": "page.entry_names.a_decision_by_a_person",
    "appeal.open": "page.entry_names.an_appeal",
    "appeal.decide": "page.entry_names.an_appeal_answered",
    "statement": "page.entry_names.a_pay_statement",
    "topup": "page.entry_names.a_top_up",
    "remittance": "page.entry_names.a_payment",
    "statement.representatives": "page.entry_names.a_statement_of_representatives",
    "statement.signed": "page.entry_names.a_statement_signed",
    "instructions.set": "common.instructions",
    "price.set": "common.a_price",
    "material.set": "page.material.title",
    "chain.set": "page.entry_names.the_chain_of_intermediaries",
    "policy.set": "page.entry_names.a_rule",
    "export": "page.entry_names.a_dataset",
    "card": "page.entry_names.a_labour_card",
    "withdrawal": "page.entry_names.a_withdrawal",
    "resale": "page.entry_names.a_resale",
    "resale.withdrawn": "page.entry_names.a_resale_withdrawn",
    "inspect": "page.entry_names.an_inspectors_file",
    "accord": "page.entry_names.an_accord",
    "portrait": "page.entry_names.a_release",
    "deposit": "page.entry_names.a_deposit",
    "checkpoint": "page.entry_names.where_a_projects_log",
    "erasure": "page.entry_names.an_erasure",
    "log.named": "page.entry_names.the_name_of_a_log",
    "log.behind": "page.entry_names.an_older_copy_brought",
}


def entry_name(kind: str) -> str:
    """Return the name of a kind of entry in the page's language."""
    return message_now(KINDS[kind]) if kind in KINDS else kind
