"""The command line's subcommands: one file each, imported only when called.

A command file has ``add_arguments(parser)`` and ``run(args) -> int``; its summary stands in this
table, so that ``canut --help`` imports none of them.
"""

from typing import NamedTuple


class Command(NamedTuple):
    """One subcommand: name, module, and a one-sentence summary."""

    name: str
    module: str
    summary: str


TURK = Command("turk", "remote.turk", "Run a program written for Mechanical Turk on a server.")
COMMANDS = (
    Command("demo", "demo", "Run the whole platform with real sample data."),
    Command(
        "label", "labels.label", "Label your own file or folder in the browser, alone, at once."
    ),
    Command("serve", "serve", "Serve this instance."),
    Command("work", "work", "Run the background jobs of this instance."),
    Command("migrate", "migrate", "Make the database, or bring it to this version."),
    Command("move", "move", "Move the database from SQLite to PostgreSQL, or back."),
    Command(
        "operator",
        "operator",
        "Add who runs this instance; let somebody back in.",
    ),
    Command("doctor", "doctor", "Say what is misconfigured here, and the next step."),
    Command(
        "capacity",
        "oversight.capacity",
        "Say what to rent for so many workers a month, and what it costs.",
    ),
    Command("key", "key", "Make, list or revoke the keys by which programs use the API."),
    Command("backup", "backup", "Copy this instance into one file, while it works."),
    Command("restore", "restore", "Bring a copy back into an empty data folder."),
    Command("import", "import_data", "Bring a file or folder of tasks into a project."),
    Command("question", "labels.question", "Check a question file, or make one of another tool's."),
    Command("agree", "labels.agree", "Measure how far people agree, from a file of answers."),
    Command("pay", "pay", "Count closed pay periods again, or one statement, to the byte."),
    Command(
        "places", "places", "Bring legal values of a place as a signed pack; make such a pack."
    ),
    Command("record", "record", "Hand out somebody's whole record, or bring one from elsewhere."),
    Command("train", "labels.train", "Teach a model from a project's answers, and let it propose."),
    Command(
        "model", "labels.model", "Prove that a withdrawn item is not in a project's newest model."
    ),
    Command("export", "export", "Write the labels or the answers of a project."),
    Command(
        "project",
        "remote.project",
        "List, create, set up and start projects on a server, with --server URL.",
    ),
    TURK,
    Command("verify", "verify", "Check a dataset with its labour card; needs no instance."),
    Command("open", "open_rows", "Open rows of a dataset for an auditor, drawn by their seed."),
    Command("policy", "policy", "Print a policy that this instance's bundles meet."),
    Command(
        "rules", "oversight.rules", "Check what laws and standards ask against what is true here."
    ),
    Command("lessons", "oversight.lessons", "List the paid lessons, check a folder, or add one."),
    Command("portrait", "portrait", "Release the Portrait of a quarter; write its chapter."),
    Command(
        "inspect", "oversight.inspection", "Make the file an inspector takes along, or check one."
    ),
    Command("infer", "labels.infer", "Infer labels from a file of answers; needs no instance."),
    Command("erase", "erase", "Erase what the ledger's entries about somebody hold."),
    Command("witness", "witness", "Cosign the logs of others, as long as they only grow."),
    Command(
        "audit", "labels.audit", "Tell what a crowd you once ran answered, and what it was paid."
    ),
)
ON_SERVER = (
    Command(
        "project", "remote.project", "List, create, set up, start and close projects of a server."
    ),
    Command("import", "remote.tasks", "Send a file to a project; its rows become tasks."),
    Command("export", "remote.results", "Fetch labels, answers or a dataset with its card."),
    TURK,
)
"""What ``canut --server URL`` does through the API of that server, by a key."""
OF_FILES = frozenset({"question", "agree", "verify", "infer", "audit", "witness", "capacity"})
"""Commands that need neither an instance nor a server."""
