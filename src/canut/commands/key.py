"""``canut key``: create, list and revoke API keys, and keys of the Mechanical Turk interface."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from canut.actions.platform.system_clock import now_ms
from canut.commands.instance_options import add_data, migrate_if_new, set_up
from canut.core.errors import BadInput, Missing

if TYPE_CHECKING:
    from canut.store.integrations.open_access import OpenAccess
    from canut.store.models import Organisation

ROLES = ("requester", "worker", "reviewer", "operator", "auditor")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the action, the key's scope, and its duration."""
    parser.add_argument(
        "what",
        choices=["create", "list", "revoke"],
        help="create: print a new key, last; list: every key; revoke: end one",
    )
    parser.add_argument("number", nargs="?", type=int, help="the key to revoke, as list shows it")
    parser.add_argument("--role", choices=ROLES, help="what the program may do")
    parser.add_argument("--name", help="what the program is called")
    parser.add_argument("--organisation", metavar="NAME", help="good for its projects alone")
    parser.add_argument("--project", metavar="PROJECT", help="good for this project alone")
    parser.add_argument("--days", type=int, default=365, help="how long it works")
    parser.add_argument(
        "--simulated", action="store_true", help="its answers are those of simulated people"
    )
    parser.add_argument(
        "--mturk",
        action="store_true",
        help="a key that signs requests of the Mechanical Turk interface, for an organisation",
    )
    parser.add_argument(
        "--profile",
        metavar="FILE",
        help="JSON: what the projects of a --mturk key state (currency, is_own_staff, aims, …)",
    )
    parser.add_argument(
        "--keep-access",
        action="store_true",
        help="revoke the key alone: links and webhooks that its program made stay open",
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Run the action; a new key is printed alone on the last line."""
    set_up(args)

    from canut.actions.integrations.open_access import revoke_key_and_access
    from canut.store.integrations.api_keys import key_numbered

    migrate_if_new()
    if args.what == "create":
        return _create_mturk(args) if args.mturk else _create(args)
    if args.what == "list":
        return _list()
    key = key_numbered(args.number or 0)
    if key is None:
        raise Missing(f"there is no key {args.number}; see canut key list", code="key-missing")
    closes = not args.keep_access
    access = revoke_key_and_access(key, now_ms(), closes_access=closes)
    print(f"Key {key.pk} ({key.name}) works no more.")
    _print_access(access, "Closed as well" if closes else "Still open")
    return 0


def _print_access(access: "OpenAccess", title: str) -> None:
    """Print one line for each thing that gave access."""
    for invitation in access.invitations:
        print(
            f"{title}: invitation {invitation.pk} as {invitation.role}, {invitation.project.slug}"
        )
    for webhook in access.webhooks:
        print(f"{title}: webhook {webhook.public_id} to {webhook.url}")
    for rule in access.endpoints:
        print(f"{title}: outside model of {rule.project.slug} at {rule.endpoint}")


def _organisation(name: str | None) -> "Organisation":
    """Return an organisation by its name.

    Raises:
        Missing: there is none of this name, or none is named; says which there are.
    """
    from canut.store.models import Organisation

    organisation = Organisation.objects.filter(name=name or "").first()
    if organisation is None:
        names = ", ".join(Organisation.objects.order_by("name").values_list("name", flat=True)[:20])
        problem = f"no organisation {name!r} here" if name else "say for whom: --organisation NAME"
        raise Missing(f"{problem}; there are: {names or 'none'}", code="missing")
    return organisation


def _create(args: argparse.Namespace) -> int:

    from canut.actions.integrations.api_keys import KeyIn, create_key
    from canut.store.models import Project, Role

    if not args.role or not args.name:
        raise BadInput("say what the key is for: --role ROLE --name NAME", code="key-unsaid")
    organisation = _organisation(args.organisation) if args.organisation else None
    project = Project.objects.filter(slug=args.project or "").first()
    if args.project and project is None:
        slugs = ", ".join(Project.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise Missing(
            f"no project {args.project!r} here; there are: {slugs or 'none'}", code="missing"
        )
    if project and organisation:
        raise BadInput("a key is for a project or for an organisation", code="key-unsaid")
    spec = KeyIn(
        args.name, Role(args.role), args.days, organisation, project, is_simulated=args.simulated
    )
    created = create_key(spec, by=None, now_ms=now_ms())
    print(f"Key {created.key.pk} for {created.key.name}, as {args.role}, until", end=" ")
    print(f"{created.key.expires_at:%Y-%m-%d}. It is shown this once:")
    print(created.token)
    return 0


def _create_mturk(args: argparse.Namespace) -> int:
    """Create a signing key; the secret is printed alone on the last line."""
    from canut.actions.integrations.api_keys import KeyIn
    from canut.actions.turk.keys import create_turk_key
    from canut.core.turk.profile import read_profile
    from canut.store.models import Role

    if not args.name:
        raise BadInput("say what the key is for: --name NAME", code="key-unsaid")
    organisation = _organisation(args.organisation)
    profile = read_profile(_read_profile_file(args.profile))
    key_in = KeyIn(args.name, Role.REQUESTER, args.days, organisation)
    created = create_turk_key(key_in, profile, by=None, now_ms=now_ms())
    key = created.turk_key.key
    print(f"Key {key.pk} for {key.name}, in {profile.currency}, until {key.expires_at:%Y-%m-%d}.")
    if profile.missing():
        print(f"Its profile lacks: {', '.join(profile.missing())}. It makes no HIT before.")
    print("AWS_DEFAULT_REGION=us-east-1")
    print(f"AWS_ACCESS_KEY_ID={created.turk_key.access_id}")
    print("The secret, AWS_SECRET_ACCESS_KEY, is shown this once:")
    print(created.secret)
    return 0


def _read_profile_file(path: str | None) -> dict[str, object]:
    """Read a profile; nothing without a file.

    Raises:
        BadInput: ``turk-profile``: the file is not one JSON object.
        OSError: it cannot be opened.
    """
    if not path:
        return {}
    try:
        content = json.loads(Path(path).read_text("utf-8"))
    except ValueError as problem:
        raise BadInput(f"{path} is no JSON file: {problem}", code="turk-profile") from problem
    if not isinstance(content, dict):
        raise BadInput(f"{path} must hold one JSON object", code="turk-profile")
    return content


def _list() -> int:
    from canut.store.integrations.api_keys import all_keys

    keys = all_keys()
    if not keys:
        print("There is no key yet: canut key create --role ROLE --name NAME", file=sys.stderr)
    for key in keys:
        where = key.project.slug if key.project else ""
        where = where or (key.organisation.name if key.organisation else "everywhere")
        ends = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else ""
        ends = ends or f"until {key.expires_at:%Y-%m-%d}"
        used = f"used {key.used_on}" if key.used_on else "never used"
        print(f"{key.pk}\t{key.prefix}…\t{key.role}\t{where}\t{ends}\t{used}\t{key.name}")
    return 0
