"""Write ledger entries other than answers, each in the transaction of what it records.

The entries cover a project's question, price and intermediaries, the platform's rules, exports and
payments. Hashes and numbers about the operator are public; everything that names or concerns a
person is committed to with a nonce of its own. A draft has no entries: its question and price are
written when it first admits people.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import transaction

from canut.actions.ledger.entries import fresh_nonce, hide, record_entry, record_fact
from canut.actions.platform.person_keys import keys_for
from canut.core.datasets.card_material import ENTRY as MATERIAL_SET
from canut.core.datasets.card_material import material_sha256
from canut.core.datasets.figures.shown_figures import TEXT
from canut.core.ledger.representative_statements import SpokenStatement
from canut.core.participation.inspector_file import InspectionScope
from canut.store.models import (
    Accord,
    MaterialVersion,
    Payment,
    PayPolicy,
    PolicyChange,
    Project,
    QuestionVersion,
    RateVersion,
    Statement,
    TermsOfUse,
)
from canut.store.pay.funds import chain_of
from canut.store.platform.person_keys import Sealer
from canut.store.projects.versions import question_text
from canut.store.tables.ledger import PlatformEntry
from canut.store.tables.platform import PersonKey


def inscribe_question(version: QuestionVersion, now_ms: int) -> None:
    """Write the instructions and question in force, by their hashes."""
    if version.project.state == Project.State.DRAFT:
        return
    schema = json.dumps(version.schema, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    facts = {
        "n": version.number,
        "instructions": _sha256(version.instructions),
        "question": _sha256(schema),
        TEXT: _sha256(question_text(version)),
    }
    record_fact(version.project.pk, "instructions.set", facts, now_ms)


def inscribe_price(version: RateVersion, now_ms: int) -> None:
    """Write the price of an answer, and of an hour if hours are paid."""
    project = version.project
    if project.state == Project.State.DRAFT:
        return
    facts = {
        "n": version.number,
        "piece": version.piece_micro,
        "hour": version.by_hour_micro,
        "floor": project.floor_micro or 0,
        "currency": version.currency,
    }
    record_fact(project.pk, "price.set", facts, now_ms)


def inscribe_chain(project: Project, now_ms: int) -> None:
    """Write the intermediaries of a project and what each keeps; sealed."""
    chain = None if project.state == Project.State.DRAFT else chain_of(project.pk)
    if chain is None:
        return
    payload = {
        "v": 1,
        "t": "chain.set",
        "p": project.slug,
        "client": chain.client,
        "country": chain.country,
        "price": chain.price.micro,
        "currency": chain.price.currency,
        "parties": [
            [party.role.value, party.name, party.country, party.share.micro]
            for party in chain.parties
        ],
        "at": now_ms,
    }
    record_entry(project.pk, "chain.set", payload, now_ms, fresh_nonce())


def inscribe_material(version: MaterialVersion, now_ms: int) -> None:
    """Write what a project's material was made by, by the hash of its description."""
    if version.project.state == Project.State.DRAFT:
        return
    facts = {"n": version.number, "material": material_sha256(version.parts, version.sources)}
    record_fact(version.project.pk, MATERIAL_SET, facts, now_ms)


def inscribe_start(project: Project, now_ms: int) -> None:
    """Write a draft's question and price when it first admits people."""
    for version in QuestionVersion.objects.filter(project=project).order_by("-number")[:1]:
        version.project = project
        inscribe_question(version, now_ms)
    for rate in RateVersion.objects.filter(project=project).order_by("-number")[:1]:
        rate.project = project
        inscribe_price(rate, now_ms)
    for material in MaterialVersion.objects.filter(project=project).order_by("-number")[:1]:
        material.project = project
        inscribe_material(material, now_ms)
    inscribe_chain(project, now_ms)


def inscribe_policy(change: PolicyChange, now_ms: int) -> None:
    """Write a policy that came into force: its name, old and new value."""
    facts = {"name": str(change.name), "old": change.old, "new": change.new}
    record_fact(None, "policy.set", {**facts, "currency": change.currency}, now_ms)


def inscribe_pay_policy(policy: PayPolicy, now_ms: int) -> None:
    """Write how people are paid from now on; sealed, since it names an account."""
    content = json.dumps(policy.content, sort_keys=True, separators=(",", ":"))
    payload = {"v": 1, "t": "policy.set", "name": "pay", "n": policy.number, "content": content}
    record_entry(None, "policy.set", payload, now_ms, fresh_nonce())


def inscribe_terms(terms: TermsOfUse, now_ms: int) -> None:
    """Write which terms of use were published, by the hashes of both languages."""
    facts = {
        "name": "terms",
        "n": terms.number,
        "en": _sha256(terms.text_en),
        "fr": _sha256(terms.text_fr),
        "from": terms.takes_effect_ms,
    }
    record_fact(None, "policy.set", facts, now_ms)


def inscribe_switch(name: str, *, on: bool, now_ms: int) -> None:
    """Write that an automated system was switched off or on."""
    record_fact(None, "policy.set", {"name": f"system {name}", "new": int(on)}, now_ms)


def inscribe_system_notice(sha256: str, now_ms: int) -> None:
    """Write which text about the automated systems people are shown, by its hash."""
    record_fact(None, "policy.set", {"name": "systems notice", "sha256": sha256}, now_ms)


def inscribe_assessment(number: int, sha256: str, now_ms: int) -> None:
    """Write which assessment of effects on people came into force, by its hash."""
    facts = {"name": "impact assessment", "n": number, "sha256": sha256}
    record_fact(None, "policy.set", facts, now_ms)


def inscribe_inspector_file(scope: InspectionScope, sha256: str, now_ms: int) -> None:
    """Write that an inspector's file was made: its days, its place, its hash."""
    facts = {
        "from": scope.first.isoformat(),
        "to": scope.last.isoformat(),
        "place": scope.place,
        "sha256": sha256,
    }
    record_fact(None, "inspect", facts, now_ms)


def inscribe_accord(accord: Accord, ballots: Mapping[str, int], now_ms: int) -> None:
    """Write a price agreement that was signed: its terms, its vote, and its hash."""
    facts = {
        "n": accord.number,
        "kind": accord.kind,
        "place": accord.place,
        "hour": accord.hour_micro,
        "quantile": accord.quantile,
        "currency": accord.currency,
        "from": accord.starts_ms,
        "to": accord.ends_ms,
        "sha256": accord.sha256,
    }
    record_fact(None, "accord", {**facts, **ballots}, now_ms)


def inscribe_spoken_statement(spoken: SpokenStatement, now_ms: int) -> None:
    """Write that representatives signed a statement: beside what, by which election, its hash."""
    facts = {
        "about": spoken.about,
        "subject": spoken.subject,
        "document": spoken.document,
        "election": spoken.election,
        "sha256": spoken.sha256,
    }
    record_fact(None, "statement.representatives", facts, now_ms)


def inscribe_ethics(kind: str, facts: Mapping[str, object], now_ms: int) -> None:
    """Write an opinion, a hold, a lift or an override; words by their SHA-256 alone."""
    record_fact(None, kind, {**facts, "at": now_ms}, now_ms)


def inscribe_statements(statements: Sequence[Statement], now_ms: int) -> None:
    """Write statements, and top-ups to the floor; sealed.

    The entries wait, as drafts, until the period of the statements is closed.
    """
    keys = keys_for((statement.person_id for statement in statements), PersonKey.Use.PAY)
    PlatformEntry.objects.bulk_create(
        entry
        for statement in statements
        for entry in _of_statement(statement, keys[statement.person_id], now_ms)
    )


def inscribe_payments(payments: Iterable[Payment], now_ms: int) -> None:
    """Write the state of payments: sent, returned, confirmed; sealed."""
    listed = list(payments)
    ids = {payment.statement_id for payment in listed}
    whose = dict(Statement.objects.filter(pk__in=ids).values_list("pk", "person"))
    keys = keys_for(whose.values(), PersonKey.Use.PAY)
    rows = [
        _sealed(
            "remittance",
            {
                "payment": payment.pk,
                "statement": payment.statement_id,
                "state": str(payment.state),
                "micro": payment.amount_micro,
                "currency": payment.currency,
                "at": now_ms,
            },
            now_ms,
            payment.statement_id,
            keys[whose[payment.statement_id]],
        )
        for payment in listed
    ]
    PlatformEntry.objects.bulk_create(rows)


def inscribe_file(project_id: int, what: str, form: str, sha256: str, now_ms: int) -> None:
    """Write that a file of labels was exported, by its hash."""
    record_fact(project_id, "export", {"what": what, "form": form, "sha256": sha256}, now_ms)


def inscribed(
    stream: Iterator[bytes], project_id: int, what: str, form: str, now_ms: int
) -> Iterator[bytes]:
    """Stream a file, and write the entry of its hash once it is complete."""
    digest = hashlib.sha256()
    for chunk in stream:
        digest.update(chunk)
        yield chunk
    with transaction.atomic():
        inscribe_file(project_id, what, form, digest.hexdigest(), now_ms)


def _of_statement(statement: Statement, sealer: Sealer, now_ms: int) -> Iterator[PlatformEntry]:
    payload = {
        "statement": statement.pk,
        "period": statement.period_id,
        "sha256": statement.sha256,
        "ms": statement.time_ms,
        "gross": statement.gross_micro,
        "net": statement.net_micro,
        "currency": statement.currency,
        "at": now_ms,
    }
    yield _sealed("statement", payload, now_ms, statement.pk, sealer)
    if statement.top_up_micro:
        topped = {
            "statement": statement.pk,
            "micro": statement.top_up_micro,
            "currency": statement.currency,
        }
        yield _sealed("topup", {**topped, "at": now_ms}, now_ms, statement.pk, sealer)


def _sealed(
    kind: str, facts: Mapping[str, object], now_ms: int, statement: int, sealer: Sealer
) -> PlatformEntry:
    hidden = hide({"v": 1, "t": kind, **facts}, fresh_nonce(), sealer)
    return PlatformEntry(type=kind, created_ms=now_ms, statement=statement, **hidden._asdict())


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
