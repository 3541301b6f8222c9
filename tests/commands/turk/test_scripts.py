"""Scripts written for Mechanical Turk, run as they stand against a server of this machine.

They know nothing of this instance but what stands in their environment. ``publish`` makes HITs,
``collect`` approves, pays a bonus, expires and deletes, ``decide`` rejects, blocks and writes.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.running import canut
from tests.commands.serving import prepare, served

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent
PAGE = (
    "<!DOCTYPE html><html><body><crowd-form><p>${text}</p>"
    '<crowd-input name="weather"></crowd-input></crowd-form></body></html>'
)
PROFILE = {
    "aim_business": "To know the weather.",
    "aim_social": "Nobody else is touched.",
    "aim_ethical": "A wrong word misleads a reader.",
    "origin_whose": "Ours.",
    "origin_consent": "Ours to give.",
    "origin_paid": "By us.",
    "currency": "CAD",
}
ORGANISATIONS = """
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import from_ms
from canut.store.models import Organisation
for name in ("Staff", "Paid", "Other"):
    Organisation.objects.create(
        name=name, kind="requester", country="CA", created_at=from_ms(now_ms())
    )
"""
WORK = """
import json
from canut.actions.pay.funds import deposit_funds
from canut.actions.people.accounts import add_person, join_as_worker
from canut.actions.people.work_terms import TermsIn, set_terms
from canut.actions.platform.system_clock import now_ms
from canut.actions.turk.lending import start_waiting
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.money import Money
from canut.core.places.parameters import Status
from canut.store.models import Project
project = Project.objects.get(organisation__name="Paid")
deposit_funds(project, Money(10**9, "CAD"), "virement", by=project.created_by, now_ms=now_ms())
assert start_waiting(now_ms()) == 1
for name in ("ana", "ben"):
    person = add_person(name, name, now_ms())
    terms = TermsIn("CA-QC", "America/Toronto", Status.SELF_EMPLOYED)
    set_terms(person, terms, by=person, now_ms=now_ms())
    worker = join_as_worker(project, person, now_ms())
    lent = lease_tasks(worker.pk, 1, now_ms()).tasks[0]
    if name == "ana":
        fields = {"taskAnswers": [json.dumps([{"weather": "rain"}])]}
        submit(worker.pk, Submission(lent.lease, "key-1", {"page": fields}), now_ms())
"""
ANSWER = """
import json
from canut.actions.platform.system_clock import now_ms
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.actions.people.worker_aliases import name_people
from canut.actions.turk.names import name_assignments
from canut.store.models import PayAdjustment, PayLine, Worker
worker = Worker.objects.get(person__username="ben")
lent = lease_tasks(worker.pk, 1, now_ms()).tasks[0]
fields = {"taskAnswers": [json.dumps([{"weather": "late"}])]}
receipt = submit(worker.pk, Submission(lent.lease, "key-2", {"page": fields}), now_ms())
paid = PayLine.objects.get(answer=receipt.answer).piece_micro
(bonus,) = [row.piece_micro for row in PayAdjustment.objects.all()]
alias = name_people(worker.project.organisation_id, [worker.person_id])[worker.person_id]
print(paid, bonus, alias, name_assignments([lent.lease])[lent.lease].public_id)
"""
BONUSES = "from canut.store.models import Bonus; print(Bonus.objects.count())"


class Shell:
    """The environment of one requester, in which their scripts run."""

    def __init__(self, folder: Path, port: int, keys: list[str]) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "AWS_ENDPOINT_URL_MTURK": f"http://127.0.0.1:{port}/mturk",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": keys[0],
            "AWS_SECRET_ACCESS_KEY": keys[1],
        }

    def run(
        self, script: str, *words: str, lines: str = "", fails: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Run a script; it must end well, or fail."""
        done = subprocess.run(
            [sys.executable, str(HERE / f"{script}.txt"), *words],
            env=self.environment,
            cwd=self.folder,
            input=lines,
            capture_output=True,
            text=True,
            check=False,
        )
        assert bool(done.returncode) == fails, done.stderr
        return done


def make_key(data: Path, organisation: str, **profile: object) -> list[str]:
    """Make a signing key by the command; return its two halves."""
    written = data.parent / f"{organisation}.json"
    written.write_text(json.dumps({**PROFILE, **profile}))
    words = ("--name", "script", "--organisation", organisation, "--profile", str(written))
    done = canut("key", "create", "--mturk", *words, data=data)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    (public,) = [line.partition("=")[2] for line in lines if line.startswith("AWS_ACCESS_KEY_ID")]
    return [public, lines[-1]]


def test_three_scripts_run_as_they_stand(tmp_path: Path) -> None:
    data, page = tmp_path / "data", tmp_path / "page.html"
    page.write_text(PAGE)
    assert canut("migrate", data=data).returncode == 0
    prepare(data, ORGANISATIONS)
    paid_by = {"client": "Paid", "client_country": "CA"}
    staff_keys = make_key(data, "Staff", is_own_staff=True)
    paid_keys = make_key(data, "Paid", **paid_by)
    other_keys = make_key(data, "Other", is_own_staff=True)

    with served(data) as (port, _process):
        staff, paid, other = (
            Shell(tmp_path, port, keys) for keys in (staff_keys, paid_keys, other_keys)
        )
        words = (str(page), "3")

        first = staff.run("publish", *words, lines="a\nb\nb\nc\n")
        again = staff.run("publish", *words, lines="a\nb\nb\nc\n")

        made = [line.split() for line in first.stdout.splitlines()]
        assert [status for _hit, status in made] == ["Assignable"] * 3
        assert first.stderr.count("AWS.MechanicalTurk.HitAlreadyExists") == 1
        assert f'The HIT with ID "{made[1][0]}" already exists.' in first.stderr
        assert again.stdout == ""
        assert again.stderr.count("AWS.MechanicalTurk.HitAlreadyExists") == 4

        waiting = paid.run("publish", *words, lines="a\nb\nc\n")
        assert [line.split()[1] for line in waiting.stdout.splitlines()] == ["Unassignable"] * 3
        prepare(data, WORK)
        collected = paid.run("collect")
        (row,) = [line for line in collected.stdout.splitlines() if not line.startswith("kept")]
        hit_id, worker, status, said = row.split(" ", 3)
        assert (status, said) == ("Submitted", "{'taskAnswers': '[{\"weather\": \"rain\"}]'}")
        kept = [line for line in collected.stdout.splitlines() if line.startswith("kept")]
        assert len(kept) == 1
        assert "This HIT is currently in the state 'Unassignable'." in kept[0]
        price, bonus, name, late = prepare(data, ANSWER).split()
        assert (price, bonus) == ("500000", "250000")

        told = paid.run("decide", name, late).stdout.splitlines()
        assert told[0] == "score 80"
        assert told[1].startswith("reject rejection-proposed; until=")
        assert told[2] == "status Submitted"
        assert told[3].startswith("block block-proposed")
        assert told[3].endswith(" 0")
        assert told[4] == "told []"
        stranger = other.run("decide", name, late, fails=True)
        assert f"Worker {name} does not exist" in stranger.stderr

        second = paid.run("collect").stdout.splitlines()
        assert [line.split()[1:3] for line in second] == [
            [worker, "Approved"],
            [name, "Submitted"],
        ]
        assert paid.run("collect").stdout == ""
        assert prepare(data, BONUSES) == "2"
        assert hit_id in waiting.stdout
