"""``canut doctor``: report misconfigurations, each with its next step."""

import argparse
import json
import os
from dataclasses import asdict

from canut import __version__
from canut.actions.platform.system_clock import now_ms
from canut.commands.instance_options import add_data, keep_private, speaks_french
from canut.core.operations.finding_texts import format_finding, page
from canut.core.operations.findings import InstanceFacts, examine, worst

EXITS = {None: 0, "broken": 1, "look": 3}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the output format and the data folder."""
    parser.add_argument(
        "--json", action="store_true", help="for a program: codes, levels, words and figures"
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Check everything; return 0 if all is well, 1 if broken, 3 for warnings."""
    keep_private()
    snapshot = _look(args.data)
    findings = examine(snapshot)
    language = "fr" if speaks_french() else "en"
    if args.json:
        rows = [
            {
                "code": finding.code,
                "level": finding.level.value,
                **format_finding(finding, language)._asdict(),
                "facts": finding.facts,
            }
            for finding in findings
        ]
        print(
            json.dumps({"canut": __version__, "findings": rows, "seen": asdict(snapshot)}, indent=1)
        )
    else:
        print(page(findings, language), end="")
    return EXITS[worst(findings)]


def _look(data: str | None) -> InstanceFacts:
    """Collect the facts of the instance; unreadable settings become a finding."""
    if data:
        os.environ["CANUT_DATA"] = data
    os.environ["DJANGO_SETTINGS_MODULE"] = "canut.settings"
    import django

    try:
        django.setup()
    except ValueError as problem:
        return InstanceFacts(setting_problem=str(problem))

    from canut.store.operations.health import read_readiness

    return read_readiness(now_ms())
