"""The command line: ``canut COMMAND``. Imports only the called command."""

import argparse
import importlib
import os
import sys

from canut import __version__
from canut.commands import COMMANDS


def main(argv: list[str] | None = None) -> int:
    """Run one command; return 0 when done, 1 when refused, 2 when misspelt, 130 when stopped."""
    parser = argparse.ArgumentParser(
        prog="canut", description="Paid microtasks, fairly.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"canut {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    arguments = sys.argv[1:] if argv is None else argv
    called = next((word for word in arguments if not word.startswith("-")), None)
    for command in COMMANDS:
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
        from canut.core.errors import Refusal
        from canut.store.platform.database_damage import as_damage
        from canut.store.platform.transient_errors import as_transient

        described = failure if isinstance(failure, Refusal) else as_transient(failure)
        refusal = described or as_damage(failure)
        if refusal is None:
            raise
        print(f"canut {args.command}: {refusal}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
