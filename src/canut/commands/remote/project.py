"""``canut --server URL project``: list, create, set up, start and close projects on a server.

A project file (YAML or JSON) says what a project is: title, aims, risk, question, price, number of
answers. ``create`` makes a draft of it, ``set`` changes what it names and leaves the rest.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from canut.commands.remote.server import printable, run_on_server
from canut.core.errors import BadInput, Incomplete
from canut.core.outside_text import read_decimal

if TYPE_CHECKING:
    from canut_client import Client, Project

MICRO, MOST = 1_000_000, 1_000_000
OF_FILE = ("create", "set")
OF_REASON = ("pause", "close")
FIGURES = ("cost", "next-answers")
WHATS = ("list", "show", *OF_FILE, *FIGURES, "start", "open", *OF_REASON, "wait")
AIMS = ("business", "social", "ethical", "whose", "consent", "paid")
MEMBERS = (
    *("title", "own_staff", "organisation", "aims", "risk", "question", "instructions"),
    *("price", "answers", "lease_seconds"),
)
OF_PRICE = ("currency", "piece", "hour", "task_seconds", "floor")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what to do, with which project."""
    parser.add_argument(
        "what",
        choices=WHATS,
        help="create, set: from a project file; wait: until every task has its answers",
    )
    parser.add_argument("project", nargs="?", help="its address, as after /projects/")
    parser.add_argument("file", nargs="?", help="of create and set: a project file, YAML or JSON")
    parser.add_argument("--reason", default="", help="of a change of state; a pause needs one")
    parser.add_argument("--seconds", type=float, default=3600, help="of wait: how long, at most")
    parser.add_argument("--json", action="store_true", help="print JSON, for a program")


def run(args: argparse.Namespace) -> int:
    """Do it on the server; the address of the project is printed alone, last."""
    if args.what == "create" and args.file is None:
        args.project, args.file = None, args.project
    wanted = {"list": (), "create": ("file",), "set": ("project", "file")}
    for name in wanted.get(args.what, ("project",)):
        if getattr(args, name) is None:
            raise Incomplete(f"canut project {args.what} wants a {name}", field=name)
    if args.what in OF_REASON and not args.reason:
        raise Incomplete(f"say why: canut project {args.what} … --reason TEXT", field="reason")
    settings = read_project_file(Path(args.file)) if args.what in OF_FILE else {}
    return run_on_server(args, lambda client: _act(args, client, settings))


def _act(args: argparse.Namespace, client: "Client", settings: Mapping[str, Any]) -> int:
    if args.what == "list":
        return _list(client, as_json=args.json)
    if args.what in FIGURES:
        is_cost = args.what == "cost"
        figures = client.cost(args.project) if is_cost else client.next_answers(args.project)
        print(json.dumps(asdict(figures), ensure_ascii=False, indent=1))
        return 0
    return _tell(_changed(args, client, settings), as_json=args.json)


def _changed(args: argparse.Namespace, client: "Client", settings: Mapping[str, Any]) -> "Project":
    """Do what is asked of one project; return it as it is afterwards."""
    project, reason = args.project, args.reason
    acts: dict[str, Callable[[], Project]] = {
        "create": lambda: _created(client, settings),
        "set": lambda: _set(client, project, settings),
        "show": lambda: client.project(project),
        "start": lambda: client.start(project, reason),
        "open": lambda: client.open(project, reason),
        "pause": lambda: client.pause(project, reason),
        "close": lambda: client.close_project(project, reason),
        "wait": lambda: _waited(args, client),
    }
    return acts[args.what]()


def _created(client: "Client", settings: Mapping[str, Any]) -> "Project":
    """Create a draft, then set it up; a part that is refused leaves the draft as it is."""
    begun = client.begin_project(
        settings["title"],
        own_staff=bool(settings.get("own_staff", False)),
        organisation=settings.get("organisation"),
    )
    print(f"{begun.id} is a draft.", file=sys.stderr)
    return _set(client, begun.id, settings)


def _waited(args: argparse.Namespace, client: "Client") -> "Project":
    try:
        return client.wait(args.project, seconds=args.seconds)
    except TimeoutError as late:
        raise BadInput(f"{late}; wait on, or look at the project") from late


def _set(client: "Client", project: str, settings: Mapping[str, Any]) -> "Project":
    """Write each part that the file names."""
    if aims := settings.get("aims"):
        client.write_aims(project, **{name: str(aims[name]) for name in AIMS})
    if "risk" in settings:
        client.write_risk(project, settings["risk"])
    if "question" in settings:
        client.ask(project, settings["question"], str(settings.get("instructions", "")))
    if price := settings.get("price"):
        client.price(project, **price)
    if "answers" in settings:
        client.set_overlap(project, settings["answers"])
    changes = {name: settings[name] for name in ("title", "lease_seconds") if name in settings}
    if changes:
        client.change_project(project, **changes)
    return client.project(project)


def read_project_file(path: Path) -> dict[str, Any]:
    """Read and check a project file; its question may stand in a file beside it.

    Raises:
        BadInput: it cannot be read, or a member is unknown, missing or of another type.
    """
    settings = _members(_document(path), MEMBERS, path.name)
    for name, kind in (("title", str), ("risk", int), ("answers", int), ("lease_seconds", int)):
        if name in settings and type(settings[name]) is not kind:
            raise BadInput(f"{path.name}: {name} is {settings[name]!r}; expected {kind.__name__}")
    if "title" not in settings:
        raise BadInput(f"{path.name}: title is missing")
    if "aims" in settings:
        aims = _members(settings["aims"], AIMS, f"{path.name}, aims")
        if missing := [name for name in AIMS if name not in aims]:
            raise BadInput(f"{path.name}, aims: {', '.join(missing)} is missing")
    if "question" in settings:
        settings["question"] = _question(settings["question"], path)
    if "price" in settings:
        settings["price"] = _price(settings["price"], f"{path.name}, price")
    return settings


def _document(path: Path) -> object:
    import yaml

    if not path.is_file():
        raise BadInput(f"there is no file at {path}; check the name", code="file-missing")
    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name} is no YAML and no JSON: {error}") from error


def _members(document: object, names: tuple[str, ...], where: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise BadInput(f"{where}: expected names and values: {', '.join(names)}")
    if unknown := [str(name) for name in document if name not in names]:
        raise BadInput(f"{where}: {', '.join(unknown)} is unknown; known: {', '.join(names)}")
    return dict(document)


def _question(question: object, path: Path) -> dict[str, Any]:
    """Return the schema of a question, of its own file or written in the project file."""
    from canut.core.kinds.question_file import read_question_file

    if isinstance(question, str):
        beside = path.parent / question
        if not beside.is_file():
            raise BadInput(f"{path.name}: there is no file {question} beside it")
        return dict(read_question_file(beside.name, beside.read_bytes()))
    content = json.dumps(question, ensure_ascii=False).encode()
    return dict(read_question_file(f"{path.stem}.json", content))


def _price(price: object, where: str) -> dict[str, Any]:
    """Return the price in millionths of its currency, as the API takes it."""
    members = _members(price, OF_PRICE, where)
    amounts = {"piece_micro": "piece", "hourly_micro": "hour", "floor_micro": "floor"}
    return {
        "currency": str(members.get("currency", "")),
        **{
            name: _micro(members[of], f"{where}, {of}")
            for name, of in amounts.items()
            if of in members
        },
        **({"task_ms": round(1000 * members["task_seconds"])} if "task_seconds" in members else {}),
    }


def _micro(amount: object, where: str) -> int:
    """Convert an amount of money to whole millionths."""
    decimal = read_decimal(str(amount), most=MOST)
    if decimal is None:
        raise BadInput(f"{where} is {amount!r}; expected an amount such as 0.21")
    micro = decimal * MICRO
    if micro != int(micro) or micro < 0:
        raise BadInput(f"{where} is {amount!r}; expected at most six decimals, not below 0")
    return int(micro)


def _list(client: "Client", *, as_json: bool) -> int:
    projects = list(client.projects())
    if as_json:
        print(json.dumps([asdict(project) for project in projects], ensure_ascii=False, indent=1))
        return 0
    for project in projects:
        cells = (project.id, project.state, project.organisation.name, project.title)
        print("\t".join(map(printable, cells)))
    return 0


def _tell(project: "Project", *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(asdict(project), ensure_ascii=False, indent=1))
        return 0
    print(printable(f"{project.title}: {project.state}"), file=sys.stderr)
    if (count := project.progress) is not None:
        told = f"{count.to_do} tasks to do, {count.in_hand} in work, {count.closed} closed"
        print(told, file=sys.stderr)
    print(project.id)
    return 0
