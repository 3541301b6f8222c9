"""``canut rules check``: evaluate the register of rules and print what is not met."""

import argparse
from datetime import UTC, datetime

from canut.commands.instance_options import add_data, set_up
from canut.core.clock import to_ms


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the action and its options."""
    parser.add_argument(
        "what", choices=["check"], help="check: count all evidence and print what is not met"
    )
    parser.add_argument("--strict", action="store_true", help="end with 1 if a rule is not met")
    parser.add_argument("--lang", choices=["fr", "en"], default="en", help="language of the rules")
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Evaluate every rule; return 1 with ``--strict`` if one is not met."""
    set_up(args)
    from canut.actions.rules.evaluation import evaluate
    from canut.core.rules.reading import shipped_register
    from canut.core.rules.verdicts import RuleVerdictKind, count_by_verdict, judge
    from canut.store.platform.instance import check_database
    from canut.store.rules.verdicts import facts_at

    check_database()
    now = datetime.now(UTC)
    evaluate(to_ms(now))
    verdicts = judge(shipped_register(), facts_at(now.date()))
    for kind in (RuleVerdictKind.NOT_MET, RuleVerdictKind.NEEDS_OPERATOR):
        for verdict in verdicts:
            if verdict.kind is kind:
                demands = getattr(verdict.rule.demands, args.lang)
                mark = " (to verify)" if verdict.is_to_verify else ""
                print(f"{kind.value} {verdict.rule.key}{mark}: {demands}")
                for each in verdict.evidence:
                    if each.kind in {RuleVerdictKind.NOT_MET, RuleVerdictKind.NEEDS_OPERATOR}:
                        numbers = f"{each.count.bad} of {each.count.cases}" if each.count else "–"
                        print(f"  {each.query.key} {each.reason.value} {numbers}")
    counts = count_by_verdict(verdicts)
    print(", ".join(f"{number} {kind.value}" for kind, number in counts.items()))
    return int(args.strict and counts[RuleVerdictKind.NOT_MET] > 0)
