"""The tables of the docs that the code itself knows: cog puts them into the pages.

A page holds ``cog.out(tables.settings("fr"))``; ``tools/docs.py --write`` writes the tables and
``make docs`` refuses a page whose table is stale. French words for what the code says in English
stand in ``docs/fr/words.yaml``; a missing one stops the build and is named.
"""

import argparse
import ast
import importlib
import inspect
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import django
import django.db.models
import yaml

from canut.core.datasets.bundle import verify_bundle
from canut.core.datasets.example_bundle import example_bundle
from canut.core.datasets.verdict_texts import said_in, unknown_in
from canut.core.ethics.authority import POWERS, EthicsAct, Office
from canut.core.messages import texts
from canut.core.proofs.policy import read_policy

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
where: Any = importlib.import_module("tools.where")
SOURCE = ROOT / "src/canut"
REFUSAL_TITLE = re.compile(r"refusal\.([\w-]+)\.title")
HEADS = {
    "en": {
        "setting": ("Name", "Default", "Decides"),
        "option": ("Option", "Does", "Default"),
        "retention": ("What", "How long", "Why"),
        "card": ("Figure", "How it is known"),
        "personal": ("What", "Legal basis proposed", "How long", "Why"),
    },
    "fr": {
        "setting": ("Nom", "Par défaut", "Décide de"),
        "option": ("Option", "Effet", "Par défaut"),
        "retention": ("Quoi", "Combien de temps", "Pourquoi"),
        "card": ("Chiffre", "Comment on le sait"),
        "personal": ("Quoi", "Base légale proposée", "Combien de temps", "Pourquoi"),
    },
}


BASES = {
    "en": {
        "contract": "contract",
        "law": "legal duty",
        "consent": "consent",
        "interest": "legitimate interest",
        "": "to settle",
    },
    "fr": {
        "contract": "contrat",
        "law": "obligation légale",
        "consent": "consentement",
        "interest": "intérêt légitime",
        "": "à décider",
    },
}


class Option(NamedTuple):
    """One argument of a command, as its help says it."""

    flags: str
    help: str
    default: str


class Case(NamedTuple):
    """One refusal code: its class, the rooms that say it."""

    code: str
    kind: str
    said_by: str


class Listening:
    """Stands in for a parser and remembers what it was given."""

    def __init__(self) -> None:
        self.options: list[Option] = []

    def add_argument(self, *flags: str, **facts: object) -> None:
        """Keep the option, unless it is hidden."""
        if facts.get("help") != argparse.SUPPRESS:
            self.options.append(_option(flags, facts))


POWER_HEADS = {
    "en": ("What is done", "By", "Overruled by"),
    "fr": ("Ce qui se fait", "Par", "Peut être renversé par"),
}
OFFICE_WORDS = {
    "en": {
        Office.REVIEWER: "reviewer",
        Office.COUNCIL: "representatives",
        Office.REQUESTER: "client",
        Office.OPERATOR: "operator",
        Office.CANDIDATE: "candidate",
    },
    "fr": {
        Office.REVIEWER: "responsable éthique",
        Office.COUNCIL: "élus du personnel",
        Office.REQUESTER: "client",
        Office.OPERATOR: "administration",
        Office.CANDIDATE: "candidature",
    },
}
ACT_WORDS = {
    "en": {
        EthicsAct.REQUEST: "ask for an opinion",
        EthicsAct.READ: "read charter, question and sample",
        EthicsAct.WORD: "say that a project may open, while no reviewer is in office",
        EthicsAct.ASK: "ask the client in writing",
        EthicsAct.ANSWER: "answer a question, in five working days",
        EthicsAct.OPINION: "give an opinion: go, change or hold",
        EthicsAct.RENEW: "renew a hold to 28 days, once",
        EthicsAct.REPLY: "answer a point of an opinion",
        EthicsAct.LIFT: "lift a hold, once each point is answered",
        EthicsAct.APPEAL: "appeal against a hold, once",
        EthicsAct.VOTE: "vote on an appeal, in seven days",
        EthicsAct.OVERRIDE: "override a renewed hold after 28 days, with reasons",
        EthicsAct.MASK: "hide the client’s name and the sample, with the reason",
        EthicsAct.COMPARE: "write a blind opinion",
    },
    "fr": {
        EthicsAct.REQUEST: "demander un avis",
        EthicsAct.READ: "lire la charte, la question et l’échantillon",
        EthicsAct.WORD: "dire qu’un projet peut ouvrir, tant que personne n’est en fonction",
        EthicsAct.ASK: "interroger le client par écrit",
        EthicsAct.ANSWER: "répondre à une question, en cinq jours ouvrables",
        EthicsAct.OPINION: "donner un avis\u202f: feu vert, à changer ou blocage",
        EthicsAct.RENEW: "prolonger un blocage à 28 jours, une fois",
        EthicsAct.REPLY: "répondre à un point d’un avis",
        EthicsAct.LIFT: "lever un blocage, quand chaque point a sa réponse",
        EthicsAct.APPEAL: "faire appel d’un blocage, une fois",
        EthicsAct.VOTE: "voter sur un appel, en sept jours",
        EthicsAct.OVERRIDE: "passer outre un blocage prolongé après 28 jours, avec ses raisons",
        EthicsAct.MASK: "masquer le nom du client et l’échantillon, avec la raison",
        EthicsAct.COMPARE: "écrire un avis à l’aveugle",
    },
}


def card_example(language: str) -> str:
    """Write the verdict on the example of a card: each figure and its grade."""
    example = example_bundle()
    lines = verify_bundle(example, read_policy(example.policy)).lines
    known = [said_in(language, line) for line in lines if line.kind == "figure"]
    unknown = unknown_in(language, [line for line in lines if line.kind == "unknown"])
    reach = [said_in(language, line) for line in lines if line.kind == "reach"]
    head = HEADS[language]["card"]
    rows = [f"| {text.replace('|', '\\|')} | {grade} |" for grade, text in [*known, *unknown]]
    table = [f"| {' | '.join(head)} |", "| --- | --- |", *rows]
    return "\n" + "\n".join([*table, "", *(text for _grade, text in reach)]) + "\n\n"


def settings(language: str) -> str:
    """Table every setting."""
    say = _In(language)
    rows = [
        (f"`{setting.name}`", say(setting.default), say(setting.meaning))
        for setting in _module("options").SETTINGS
    ]
    return table(HEADS[language]["setting"], rows)


def retention(language: str) -> str:
    """Table how long each record about a person is kept, and why."""
    say = _In(language)
    rows = [
        (say(k.what), say(k.long), say(k.why))
        for k in _module("store.people.retention_register").RETENTION
    ]
    return table(HEADS[language]["retention"], rows)


def personal(language: str) -> str:
    """Table each kind of personal record with the legal bases proposed for its tables."""
    say, inventory = _In(language), _module("core.participation.effects_inventory").INVENTORY
    rows = []
    for rule in _module("store.people.retention_register").RETENTION:
        bases = {inventory[name].basis.value for name in rule.tables if name in inventory}
        named = [BASES[language][basis] for basis in BASES[language] if basis in (bases or {""})]
        rows.append((say(rule.what), ", ".join(named), say(rule.long), say(rule.why)))
    return table(HEADS[language]["personal"], rows)


def commands(language: str, *, on_server: bool = False) -> str:
    """Describe every command under its own heading, with its options.

    Args:
        language: ``en`` or ``fr``.
        on_server: those after ``--server URL`` that are others there.
    """
    say, table_of = _In(language), _module("commands")
    here = {command.module for command in table_of.COMMANDS}
    there = [command for command in table_of.ON_SERVER if command.module not in here]
    start, parts = "canut --server URL" if on_server else "canut", list[str]()
    for command in there if on_server else table_of.COMMANDS:
        module = _module(f"commands.{command.module}")
        parts += [f"## {start} {command.name}\n", f"{say(command.summary)}\n"]
        parts.append(_options(module.add_arguments, language))
        for subcommand in getattr(module, "SUBCOMMANDS", ()):
            parts.append(f"### canut {command.name} {subcommand.name}\n")
            parts.append(f"{say(subcommand.summary)}\n")
            parts.append(_options(subcommand.add_arguments, language))
    return "\n".join(parts)


def _options(add_arguments: Callable[[Listening], None], language: str) -> str:
    """Table the options that a function adds to a parser."""
    say, parser = _In(language), Listening()
    add_arguments(parser)
    rows = [(f"`{o.flags}`", say(o.help), o.default) for o in parser.options]
    return table(HEADS[language]["option"], rows)


def addresses() -> str:
    """Table every address, who may open it, and how it is asked."""
    rows = [
        (
            f"`/{page.address}`",
            page.audience.name,
            ", ".join(page.methods),
            "JSON" if page.json else "page",
        )
        for page in _module("web.urls").PAGES
    ]
    return table(("Address", "Audience", "Methods", "Answers with"), rows)


def operations(language: str) -> str:
    """Table every operation of the API, whose keys it lets in, and in English what it does."""
    heads = {"en": ("Method", "Address", "Roles", "Does"), "fr": ("Méthode", "Adresse", "Rôles")}
    rows = []
    for endpoint in _module("web.api.addresses").ENDPOINTS:
        address = endpoint.address.replace("{slug:", "{")
        roles = ", ".join(sorted(endpoint.audience.roles)) or "*"
        does = (inspect.getdoc(endpoint.view) or "").partition("\n")[0]
        rows.append((endpoint.method, f"`{address}`", roles, does)[: len(heads[language])])
    return table(heads[language], rows)


def audiences() -> str:
    """Table every audience and the roles it lets in."""
    by_name = {page.audience.name: page.audience for page in _module("web.urls").PAGES}
    rows = []
    for name, audience in sorted(by_name.items()):
        roles = ", ".join(sorted(audience.roles)) or "none asked"
        rows.append((name, "yes" if audience.signed_in else "no", roles))
    return table(("Audience", "Signed in", "Any of these roles"), rows)


def refusals() -> str:
    """Table every refusal code with its class, its HTTP status and what a page says of it."""
    errors = _module("core.errors")
    status_of = _module("web.kit.problems").status_of

    say = _page_words()
    rows = []
    for case in sorted(cases()):
        refusal = getattr(errors, case.kind)("", code=case.code)
        rows.append(
            (f"`{case.code}`", case.kind, status_of(refusal), say.get(case.code, ""), case.said_by)
        )
    return table(("Code", "Class", "HTTP", "A page says", "Said by"), rows)


def kinds() -> str:
    """Table every kind of question: how it is asked, and what the work is."""
    register = importlib.import_module("canut.core.kinds.register")
    samples = importlib.import_module("canut.core.kinds.sample").samples()
    rows: list[tuple[object, ...]] = []
    for name in register.KINDS:
        own = [sample for sample in samples if sample.kind == name]
        trades = dict.fromkeys(
            register.trade_of(sample.schema["en"]["questions"][0]) for sample in own
        )
        rows.append(
            (
                f"`{name}`",
                ", ".join(sample.name for sample in own),
                ", ".join(dict.fromkeys(trade.occupation for trade in trades)),
                ", ".join(dict.fromkeys(trade.role.value for trade in trades)),
            )
        )
    return table(("kind", "asked as", "occupation", "role"), rows)


def rows_refused() -> str:
    """Table what a row of a file, or a whole file, can be refused for, in both languages."""
    families = {"format_problem", "format_refusal", "training_refusal"}
    ids = sorted((key.partition(".")[2], key) for key in texts("en") if _family(key) in families)
    rows = [
        (f"`{code}`", *(_with_braces(texts(n)[key]) for n in ("en", "fr"))) for code, key in ids
    ]
    return table(("Code", "English", "Français"), rows)


def _family(message_id: str) -> str:
    return message_id.partition(".")[0]


def _with_braces(text: str) -> str:
    return text.replace("{brace_open}", "{").replace("{brace_close}", "}")


def systems(language: str) -> str:
    """Table every automated system that decides something about people."""
    heads = {
        "en": ("System", "For", "Looks at", "Is set to", "Can change"),
        "fr": ("Système", "But", "Regarde", "Réglages", "Peut changer"),
    }
    side = ("en", "fr").index(language)
    in_force = _module("core.participation.policies_in_force")
    usual = in_force.written(in_force.SHIPPED, language)
    rows = [
        tuple(
            pair[side]
            for pair in (
                tuple(f"{name or key} (`{system.version}`)" for name in system.name),
                system.purpose,
                system.data,
                [text.format(**usual) for text in system.parameters],
                system.effect,
            )
        )
        for key, system in _module("core.decisions.automated_systems").SYSTEMS.items()
    ]
    return table(heads[language], rows)


def acts(language: str) -> str:
    """Table the acts of the newest list, and what each may lead to."""
    heads = {
        "en": ("Code", "Act", "May lead to", "Notice"),
        "fr": ("Code", "Acte", "Peut mener à", "Préavis"),
    }
    kinds = {"rejection": "refus", "restriction": "restriction", "suspension": "suspension"}
    notice = {"en": ("3 days", "none"), "fr": ("3 jours", "aucun")}[language]
    rows = [
        (
            f"`{act.code}`",
            act.fr if language == "fr" else act.en,
            ", ".join(kinds[k] if language == "fr" else k for k in sorted(act.leads_to)),
            notice[act.is_safety],
        )
        for act in _module("core.decisions.misconduct").LISTS[-1].acts
    ]
    return table(heads[language], rows)


def stored() -> str:
    """Table the database tables by the first line of what each says of itself."""
    models = _module("store.models")
    rows = []
    for name in models.__all__:
        model = getattr(models, name)
        if issubclass(model, django.db.models.Model):
            first = (inspect.getdoc(model) or "").split("\n\n")[0].replace("\n", " ")
            rows.append((f"`store_{name.lower()}`", first, f"`{model.__module__}`"))
    return table(("Table", "One row is", "Described in"), rows)


def wings() -> str:
    """Table the wings, with what each is about and how many modules it has."""
    return table(("Wing", "What it is about", "Modules"), where.wings())


def nouns() -> str:
    """Table where each thing lives, layer by layer."""
    return table(("What", "Wing", *where.LAYERS, "tests"), where.nouns())


def glossary(language: str) -> str:
    """Table the nouns of the glossary, a heading for each group."""
    is_french = language == "fr"
    head = ("Mot", "Anglais", "Sens") if is_french else ("Word", "French", "Meaning")
    groups: list[tuple[str, list[tuple[object, ...]]]] = []
    for english, french_word, *meaning in _words()["nouns"]:
        if not meaning:
            groups.append((french_word if is_french else english, []))
            continue
        words = (french_word, english) if is_french else (english, french_word)
        groups[-1][1].append((*words, meaning[is_french]))
    return "\n".join(f"\n## {name}\n\n{table(head, rows)}" for name, rows in groups)


def verbs() -> str:
    """Table the verbs that names of functions begin with."""
    rows = [(f"`{verb}`", ", ".join(meaning)) for verb, *meaning in _words()["verbs"]]
    return table(("Verb", "Meaning"), rows)


def _words() -> dict[str, list[list[str]]]:
    words: dict[str, list[list[str]]] = yaml.safe_load((ROOT / "tools/glossary.yaml").read_text())
    return words


def speed(name: str = "speed") -> str:
    """Table the last run of ``make bench --json`` kept under a name, or say that there is none."""
    file = ROOT / f"docs/en/developers/{name}.json"
    if not file.is_file():
        return "No run is kept in the repository yet.\n"
    run = json.loads(file.read_text())
    rows = [tuple(row) for row in run["rows"]]
    return f"{run['about']}\n\n{table(tuple(run['head']), rows)}"


def peers() -> str:
    """Table the last run of ``make bench-peers --json``, and what became of each bar."""
    file = ROOT / "docs/en/developers/peers.json"
    verdicts = json.loads(file.read_text())["verdicts"] if file.is_file() else []
    return "\n".join([speed("peers"), *(f"- {verdict}" for verdict in verdicts), ""])


WALKS = {
    "requester-text": "requester, texts: from a file to the labels",
    "requester-boxes": "requester, boxes on pictures: the same",
    "requester-spans": "requester, names in texts: the same",
    "worker-phone": "worker on a phone, in French: from a link to the account pay goes to",
    "worker-keyboard": "worker by keyboard alone: the same",
    "reviewer": "reviewer: from a link to three decisions, own time and pay",
    "operator": "operator: from an empty server to a closed period and its payment file",
    "operator-moves": "operator: from SQLite to PostgreSQL, signed in there",
    "card": "anybody: a card, checked by its dataset without a network",
}


def walks() -> str:
    """Table the last run of ``make walks``: what each journey of the first hour took."""
    kept = ROOT / "docs/en/developers/walks.json"
    if not kept.is_file():
        return "No run is kept in the repository yet.\n"
    results = json.loads(kept.read_text())
    head = (
        *("Journey", "Clicks", "Keys", "Fields typed", "Commands", "Pages"),
        *("Tallest page, pixels", "Stuck places"),
    )
    rows = [
        (
            words,
            *(walk[count] for count in ("clicks", "keys", "typed", "commands", "pages")),
            f"{walk['tallest']}, `{walk['tallest_page']}`",
            "; ".join(walk["stuck"]) or 0,
        )
        for name, words in WALKS.items()
        if (walk := results.get(name))
    ]
    first = [
        f"{name.removeprefix('requester-')} {walk['clicks_to_answer']} clicks and"
        f" {walk['typed_to_answer']} fields"
        for name in WALKS
        if "clicks_to_answer" in (walk := results.get(name, {}))
    ]
    about = f"{results['day']}. To the first answer of somebody invited: {', '.join(first)}."
    return f"{about}\n\n{table(head, rows)}"


def cases() -> set[Case]:
    """Find every refusal code: the classes' own, and those given where one is raised."""
    errors = _module("core.errors")
    kinds: dict[str, Any] = {
        name: kind
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.Refusal)
    }
    places: dict[tuple[str, str], set[str]] = {}
    for name, kind in kinds.items():
        if name != "Refusal":
            places[kind.code, name] = set()
    for file, tree in _trees():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            if name in kinds:
                code = _code_given(call) or kinds[name].code
                places.setdefault((code, name), set()).add(_room(file))
    return {
        Case(code, name, ", ".join(sorted(rooms)) or "") for (code, name), rooms in places.items()
    }


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """Write a Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(map(_cell, line)) + " |\n" for line in lines)


def french() -> dict[str, str]:
    """Return the French of what the code says in English."""
    words: dict[str, str] = yaml.safe_load((ROOT / "docs/fr/words.yaml").read_text())
    return words


class _In:
    """Says a text in the language of a page."""

    def __init__(self, language: str) -> None:
        self.known = french() if language == "fr" else None

    def __call__(self, text: str) -> str:
        """Return the text, or its French; a text without French is named."""
        is_code = " " not in text and not text.isalpha()
        if self.known is None or is_code:
            return text
        if text not in self.known:
            raise LookupError(f"docs/fr/words.yaml has no French for {text!r}")
        return self.known[text]


def _module(name: str) -> ModuleType:
    """Import a part of Canut once Django knows its settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canut.settings")
    django.setup()
    return importlib.import_module(f"canut.{name}")


def _option(flags: tuple[str, ...], facts: dict[str, object]) -> Option:
    choices = facts.get("choices")
    value = str(
        facts.get("metavar") or ("|".join(choices) if isinstance(choices, Sequence) else "")
    )
    takes = facts.get("action") != "store_true" and flags[0].startswith("-")
    default = facts.get("default")
    name = ", ".join(flags)
    if not flags[0].startswith("-"):
        name = value or flags[0].upper()
    elif takes:
        name = f"{name} {value or flags[-1].lstrip('-').upper()}"
    help_text = str(facts.get("help") or "").replace(" (default %(default)s)", "")
    help_text = help_text.replace("default: %(default)s", "").replace(" (default)", "")
    return Option(name, help_text.replace("%%", "%"), "" if default is None else f"`{default}`")


def _page_words() -> dict[str, str]:
    """Return the title that pages give each code, where they have one."""
    matches = ((REFUSAL_TITLE.fullmatch(key), text) for key, text in texts("en").items())
    return {match[1]: text for match, text in matches if match}


def _trees() -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in file.parts:
            yield file, ast.parse(file.read_text())


def _code_given(call: ast.Call) -> str | None:
    for keyword in call.keywords:
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return None


def _room(file: Path) -> str:
    return ".".join(file.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def powers(language: str) -> str:
    """Write the table of powers that the acts obey."""
    names, acts = OFFICE_WORDS[language], ACT_WORDS[language]
    lines = [f"| {' | '.join(POWER_HEADS[language])} |", "| --- | --- | --- |"]
    for power in POWERS:
        by, over = (
            ", ".join(names[office] for office in Office if office in offices) or "–"
            for offices in (power.by, power.overruled_by)
        )
        lines.append(f"| {acts[power.act]} | {by} | {over} |")
    return "\n".join(lines)
