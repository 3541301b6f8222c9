"""The table "where does X live?" of the docs: nouns of the glossary, and their files in each layer.

A noun names its wing and the beginnings of its files' names; the files are looked up, so that the
table never names one that is gone. ``tables`` puts it into the page.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/canut"
LAYERS = ("core", "store", "actions", "web")

WINGS: dict[str, str] = {
    "platform": "Plumbing that knows no subject: encryption, uploads, leader election, pacing",
    "ledger": "The tamper-evident log: entries, the promise given for each, witnesses",
    "people": "Who somebody is here: accounts, roles, sign-ins, work terms, bank account, erasure",
    "integrations": "Programs that talk to the instance: API keys, replays, webhooks, panels",
    "tasks": "One task and its label: running consensus, known labels, priority, search",
    "protection": "Protection from hard content: risk levels, exposure limits, own choices",
    "decisions": "A decision about a person: taken, explained, appealed, undone",
    "time": "Measured working time: heartbeats, credited time, caps, claims",
    "pay": "Money from the client's deposit to the worker's account",
    "work": "A person at work: eligibility, leases, submitted answers, pilot, work record",
    "comparisons": "Two presentations compared: drawn, watched for harm, told at the end",
    "quality": "How good the labels are: estimates, gold, reviews, flags",
    "lessons": "Paid lessons for workers: attempts, pay, open cases marked by people",
    "pathways": "The way to another occupation: what is missing, openings, where people went",
    "learning": "Models that learn from the answers, propose labels, and are watched for drift",
    "participation": "The workers' voice: messages, elections, policy changes, client ratings",
    "ethics": "Ethics reviewers: opinions, holds, appeals, overrides, and the public register",
    "imports": "What comes in: rows, media, pre-labels, from any format",
    "datasets": "What goes out: label files, and published datasets with their labour card",
    "commissions": "A client's wish: aims, scenarios, acceptance, results in words, texts read",
    "projects": "Setting up a project: question, price, aims, edits, removal",
    "turk": "The requester interface of Mechanical Turk: signed calls, HITs, qualifications",
    "rules": "What laws and standards ask, and the evidence of what is met here",
    "portrait": "The public statistics of the trade, released each quarter",
    "operations": "Running the instance: scheduler, jobs, backup, restore, upgrade",
}

NOUNS: dict[str, tuple[str, str]] = {
    "account, sign-in": ("people", "accounts sign_in sign_ins signup_adapter"),
    "adapter of another platform": ("projects", "from_"),
    "answer, submission": ("work", "submission api_answers"),
    "API key": ("integrations", "api_key"),
    "appeal": ("decisions", "appeal"),
    "automated system": ("decisions", "automated_systems system_changes"),
    "backup, restore": ("operations", "backup restore"),
    "bank account": ("people", "bank_accounts"),
    "bill": ("pay", "bill"),
    "bulk edit": ("quality", "bulk_edit"),
    "bundle": ("datasets", "bundle manifest"),
    "card": ("datasets", "card"),
    "checkpoint, log": ("ledger", "log logs sequencer"),
    "claim": ("time", "claim"),
    "client rating": ("participation", "client"),
    "commission": ("commissions", "commission contradictions scenarios acceptance results"),
    "comparison": ("comparisons", "comparisons presentation plan results"),
    "consensus": ("tasks", "consensus"),
    "contribution": ("pay", "contributions"),
    "cost preview": ("projects", "cost_preview"),
    "decision": ("decisions", "record decision_view explanations texts mine"),
    "draft answer": ("work", "draft_answers"),
    "drift": ("learning", "drift"),
    "election": ("participation", "election ballot"),
    "eligibility": ("work", "eligibility"),
    "entry": ("ledger", "entries entry_"),
    "erasure": ("people", "erasure"),
    "estimate": ("quality", "estimates inference"),
    "event, outbox": ("integrations", "outbox task_closed_events"),
    "export": ("datasets", "label_exports export span_exports coco_yolo label_studio_exports"),
    "exposure": ("protection", "exposure appeal_exposure"),
    "flag": ("quality", "quality_flags"),
    "floor": ("pay", "floor"),
    "funds": ("pay", "fund required_funds"),
    "gold task": ("quality", "gold"),
    "heartbeat": ("time", "heartbeats beat"),
    "idempotency": ("integrations", "idempotency"),
    "import": ("imports", "lifecycle import_writer rows_api upload bulk_rows"),
    "intermediary": ("pay", "intermediaries"),
    "invitation": ("people", "invitations"),
    "known label": ("tasks", "known_labels gold_checks"),
    "lien": ("learning", "lien"),
    "lease": ("work", "lease api_leases"),
    "media": ("imports", "row_media thumbnails"),
    "message": ("participation", "message"),
    "offline pack": ("work", "offline"),
    "opening": ("pathways", "openings"),
    "organisation": ("people", "organisations"),
    "overlap": ("work", "overlap"),
    "own costs": ("pay", "own_costs"),
    "oversight report": ("participation", "oversight fairness"),
    "opening balance, year of pay": ("pay", "opening year_summar year_layout years"),
    "panel": ("integrations", "panels"),
    "pathway, destination": ("pathways", "pathways steps destinations paid_things"),
    "payment": ("pay", "payment"),
    "period": ("pay", "period payroll"),
    "pilot": ("work", "pilot"),
    "place pack": ("pay", "place_packs places"),
    "policy change": ("participation", "polic"),
    "plain text, reader test": ("commissions", "texts reader_tests readings readers readability"),
    "portrait": ("portrait", "releases inputs pages chapter"),
    "pre-label": ("learning", "prelabels"),
    "price": ("pay", "price hourly_price"),
    "price agreement, round": ("participation", "accords accord_prices price_rounds"),
    "project, question": ("projects", "setup versions question_form drafts"),
    "proposal, takeover": ("learning", "proposals remote_proposals takeover loop"),
    "provenance": ("learning", "provenance"),
    "register of rules": ("rules", "register reading verdicts evidence evaluation register_page"),
    "rejection": ("decisions", "rejections"),
    "restriction, suspension": ("decisions", "sanctions misconduct"),
    "review": ("quality", "review"),
    "scheduler, job": ("operations", "scheduler jobs"),
    "statement": ("pay", "statement"),
    "task list": ("tasks", "task_list filter"),
    "terms of use": ("people", "terms_of_use"),
    "webhook": ("integrations", "webhook"),
    "witness": ("ledger", "witness"),
    "work record": ("work", "work_record record"),
    "work terms": ("people", "work_terms"),
    "working hours": ("time", "working_hours"),
}


def wings() -> list[tuple[str, str, int]]:
    """List every wing with its sentence and its number of modules."""
    return [
        (f"`{wing}`", sentence, sum(len(_modules(layer, wing)) for layer in LAYERS))
        for wing, sentence in WINGS.items()
    ]


def nouns() -> list[tuple[str, ...]]:
    """List every noun with its files in each layer and in the tests.

    Raises:
        ValueError: no file in any layer matches; correct ``NOUNS``.
    """
    rows = []
    for noun, (wing, beginnings) in NOUNS.items():
        starts = tuple(beginnings.split())
        cells = [_links(layer, wing, starts) for layer in LAYERS]
        if not any(cells):
            raise ValueError(f"no file of wing {wing} begins with {beginnings}: correct NOUNS")
        tests = sorted(
            {
                path.stem
                for layer in LAYERS
                for path in (ROOT / "tests" / layer / wing).rglob("test_*.py")
                if path.stem.removeprefix("test_").startswith(starts)
            }
        )
        cells.append(", ".join(f"`{name}`" for name in tests))
        rows.append((noun, f"`{wing}`", *(cell or "–" for cell in cells)))
    return rows


def _modules(layer: str, wing: str) -> list[Path]:
    folder = SOURCE / layer / wing
    return sorted(path for path in folder.rglob("*.py") if path.stem != "__init__")


def _links(layer: str, wing: str, starts: tuple[str, ...]) -> str:
    modules = [path.stem for path in _modules(layer, wing) if path.stem.startswith(starts)]
    if layer == "store" and _has_table(wing, starts):
        modules.append(f"tables/{wing}")
    return ", ".join(f"`{name}`" for name in modules)


def _has_table(wing: str, starts: tuple[str, ...]) -> bool:
    tables = SOURCE / "store/tables" / f"{wing}.py"
    if not tables.is_file():
        return False
    classes = re.findall(r"^class (\w+)\(", tables.read_text(), re.MULTILINE)
    stems = [re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in classes]
    return any(stem.startswith(tuple(start.rstrip("s") for start in starts)) for stem in stems)
