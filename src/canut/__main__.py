"""The command line: ``canut COMMAND``. Imports only the called command.

With ``--server URL`` before it, a command runs on that server, through its API by a key.
"""

import argparse
import importlib
import importlib.util
import os
import sys

from canut import __version__
from canut.commands import COMMANDS, OF_FILES, ON_SERVER

OF_SERVER = ("--server", "--key", "--key-file")
OF_TABLES = {"infer"}  # commands that read tables and write tables, in this process alone
UNNEEDED = {
    "cffi",
    "coverage",
    "pandas",
    "scipy",
    "yaml",
}  # Arrow and Numba look for them, and do without
EXTRAS = {
    "server": frozenset(
        {
            *("PIL", "allauth", "babel", "django", "django_tasks_db", "granian", "ninja"),
            *("openpyxl", "psycopg", "segno", "typst", "whitenoise"),
        }
    ),
    "learn": frozenset({"sklearn"}),
    "scale": frozenset({"dask", "distributed"}),
    "s3": frozenset({"boto3"}),
}
"""Modules of other packages, by the extra that installs them."""


class _Unneeded:
    """Says of large packages that they are not installed, in a command that uses none.

    Importing them takes longer than all else in a small ``canut infer``. Only the command line
    asks for this: a program that calls Canut may use them itself.
    """

    def find_spec(self, name: str, *_places: object) -> None:
        """Refuse these packages, and leave all others to Python.

        Raises:
            ModuleNotFoundError: it is one of these.
        """
        if name in UNNEEDED:
            raise ModuleNotFoundError(f"canut needs no {name} here", name=name)


def main(argv: list[str] | None = None) -> int:
    """Run one command; return 0 when done, 1 when refused, 2 when misspelt, 130 when stopped."""
    parser = argparse.ArgumentParser(
        prog="canut", description="Paid microtasks, fairly.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"canut {__version__}")
    parser.add_argument(
        "--server", metavar="URL", help="run project, import, export or turk on this server"
    )
    parser.add_argument(
        "--key", dest="api_key", metavar="KEY", help="the key; better --key-file or CANUT_API_KEY"
    )
    parser.add_argument("--key-file", metavar="FILE", help="a file that holds the key alone")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    arguments = sys.argv[1:] if argv is None else argv
    called, on_server = _called(arguments)
    if argv is None and called in OF_TABLES and not _names_cluster(arguments):
        sys.meta_path.insert(0, _Unneeded())
    table = ON_SERVER if on_server else COMMANDS
    if on_server and called in {command.name for command in COMMANDS} - {c.name for c in table}:
        print(f"canut {called}: {_why_not(called)}", file=sys.stderr)
        return 1
    for command in table:
        sub = commands.add_parser(
            command.name, help=command.summary, description=command.summary, allow_abbrev=False
        )
        if command.name == called:
            module = importlib.import_module(f"canut.commands.{command.module}")
            module.add_arguments(sub)
            sub.set_defaults(run=module.run)
    args = parser.parse_args(arguments)
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as failure:
        refusal = _refusal(failure)
        if refusal is None:
            raise
        print(f"canut {args.command}: {refusal}", file=sys.stderr)
        return 1


def _refusal(failure: Exception) -> object:
    """Return what to tell the person about a failure; None for a bug.

    A library of its own has no Django, so what knows databases is imported only beside it.
    """
    from canut.core.errors import Refusal
    from canut.store.platform.file_problems import file_problem

    if isinstance(failure, Refusal):
        return failure
    if isinstance(failure, MemoryError):
        return f"out of memory ({failure or 'no details'}); use a larger machine, or less data"
    if isinstance(failure, ModuleNotFoundError):
        return _missing_package(failure.name or "")
    described: object = None
    if importlib.util.find_spec("django") is not None:
        from canut.store.platform.database_damage import as_damage
        from canut.store.platform.transient_errors import as_transient

        described = as_transient(failure) or as_damage(failure)
    if described is None and isinstance(failure, OSError):
        return file_problem(failure)
    return described


def _missing_package(module: str) -> str | None:
    """Return how to install what a command misses; None where no extra brings it."""
    package = module.partition(".")[0]
    for extra, packages in EXTRAS.items():
        if package in packages:
            return f"this needs {package}, which is not installed: pip install 'canut[{extra}]'"
    return None


def _names_cluster(arguments: list[str]) -> bool:
    return any(word.partition("=")[0] == "--cluster" for word in arguments)


def _called(arguments: list[str]) -> tuple[str | None, bool]:
    """Return the first word that is a command, and whether a server is named before it."""
    on_server, words = False, iter(arguments)
    for word in words:
        if not word.startswith("-"):
            return word, on_server
        on_server |= word.partition("=")[0] == "--server"
        if word in OF_SERVER:
            next(words, None)
    return None, on_server


def _why_not(called: str | None) -> str:
    """Say why a command does not run on a server."""
    if called in OF_FILES:
        return "this works on files of your own: leave out --server"
    names = ", ".join(command.name for command in ON_SERVER)
    return f"this needs the machine itself: run it there. With --server: {names}"


if __name__ == "__main__":
    sys.exit(main())
