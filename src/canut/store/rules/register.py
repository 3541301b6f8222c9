"""The queries of the register by their id: adding one is a function and its line here.

Queries that rest on statements are checks of one statement (``core.rules.statement_checks``); those
that go on from the last row they saw are named in ``GOING_ON``.
"""

from canut.store.rules.evidence import EvidenceQuery
from canut.store.rules.queries import decisions, ledger, participation, pay, people, projects, time

QUERIES: dict[str, EvidenceQuery] = {
    "Q02": pay.pay_lines,
    "Q02b": pay.time_has_statement,
    "Q03": pay.sent_in_time,
    "Q03i": pay.pay_days,
    "Q04": projects.opened_rightly,
    "Q05": decisions.rejections,
    "Q06": decisions.adverse,
    "Q07": decisions.in_words,
    "Q08": decisions.appeals,
    "Q09": decisions.waiting_time,
    "Q10": people.accepted_terms_of_use,
    "Q11": participation.representatives,
    "Q12": participation.policy_changes,
    "Q13": participation.impact_assessment,
    "Q14": people.read_systems,
    "Q15": time.measured_pages,
    "Q17": time.hours,
    "Q18": time.weekly_rest,
    "Q18m": time.meals,
    "Q20e": pay.vacation_at_end,
    "Q24": people.status_on_facts,
    "Q25": projects.chains,
    "Q26": projects.estimates,
    "Q27": projects.hard_material,
    "Q28": participation.questions,
    "Q29": participation.half_year_report,
    "Q30": participation.groups,
    "Q31": pay.exchange_rates,
    "Q33": pay.accounts,
    "Q35": people.minors,
    "Q36": people.openings,
    "Q37": people.erasures,
    "Q38": ledger.card_figures,
    "Q39": ledger.witnesses,
    "Q40": projects.material,
    "Q41": projects.models_exported,
    "Q42": pay.living_wages,
    "Q48": decisions.sanctions,
    "Q49": participation.accord_prices,
    "Q50": decisions.lost_days,
    "Q51": participation.inspector_file,
    "Q52": people.contact,
    "Q58": decisions.in_french,
    "Q63": projects.aims,
    "Q64": projects.portrait,
    "Q65": projects.eligibility,
    "Q66": projects.instructions,
    "Q70": pay.own_rate,
}
GOING_ON = frozenset({"Q02", "Q15"})
"""Queries that read only rows that are new, and add them to what they counted before."""
