"""Let the functions of Mephisto for Mechanical Turk launch, pay, block and clean up."""

import importlib
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
from people import work

TASK = SimpleNamespace(
    task_title="Chat with a bot",
    task_description="Say ten lines",
    task_tags="chat,bot",
    task_reward=0.75,
    assignment_duration_in_seconds=1800,
)


def main() -> None:
    Path(os.environ["HOME"], ".mephisto").mkdir(exist_ok=True)  # where it looks when imported
    program: Any = importlib.import_module("mephisto.abstractions.providers.mturk.mturk_utils")
    client = boto3.client("mturk", endpoint_url="https://mturk-requester.us-east-1.amazonaws.com")
    assert not program.client_is_sandbox(client)
    assert not program.check_mturk_balance(client, 1.0)

    requirements = [{"qualification_name": "onboarded", "comparator": "DoesNotExist"}]
    hit_type = program.create_hit_type(client, TASK, requirements)
    assert program.create_hit_type(client, TASK, requirements) == hit_type
    owned, qualification = program.find_qualification(client, "onboarded")
    assert owned, "its own qualification is not its own"
    assert program.find_or_create_qualification(client, "onboarded", "Again") == qualification

    page = "https://study.example/?a=1&b=2"
    _link, hit_id, _reply = program.create_hit_with_hit_type(client, 650, page, hit_type, 2)
    work("fund")
    assert program.check_mturk_balance(client, 1.0)
    done, other = (work("answer", name, {"text": "hello"}) for name in ("dan", "eve"))
    rows = program.get_assignments_for_hit(client, hit_id)
    assert [row["AssignmentId"] for row in rows] == [done["assignment"], other["assignment"]], rows

    program.approve_work(client, done["assignment"])
    program.reject_work(client, other["assignment"], "Off the instructions")
    states = [
        program.get_assignment(client, answer["assignment"])["Assignment"]["AssignmentStatus"]
        for answer in (done, other)
    ]
    assert states == ["Approved", "Submitted"], states
    assert program.pay_bonus(
        client, done["worker"], 0.5, done["assignment"], "Careful work", "bonus-1"
    )
    program.give_worker_qualification(client, done["worker"], qualification)
    program.remove_worker_qualification(client, done["worker"], qualification, "done")
    assert program.email_worker(client, done["worker"], "Part B", "It opens on Monday.")[0]
    program.block_worker(client, other["worker"], "Two accounts")
    assert not program.is_worker_blocked(client, other["worker"]), "a block without a person"
    program.unblock_worker(client, other["worker"], "A mistake")

    program.create_compensation_hit_with_hit_type(client, "it broke", hit_type)
    outstanding = program.get_outstanding_hits(client)[hit_type]
    assert len(outstanding) == 2, outstanding
    undisposed = program.expire_and_dispose_hits(client, outstanding, quiet=True)
    assert len(undisposed) == 2, undisposed
    program.approve_work(client, other["assignment"])
    again = list(program.get_outstanding_hits(client).values())
    assert program.expire_and_dispose_hits(client, again[0], quiet=True) == []
    assert program.get_outstanding_hits(client) == {}
    print("mephisto: a type and two HITs, two answers, a bonus, a proposed block, all cleaned up")


main()
