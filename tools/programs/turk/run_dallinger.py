"""Let Dallinger's module of Mechanical Turk make qualifications and a HIT, extend, pay and end it.

The module is loaded alone: the whole program wants a database server, Redis and Heroku's tools. Its
subscription to a topic is asked for only where notifications are answered.
"""

import importlib
import importlib.util
import os
import sys
from functools import partial
from types import ModuleType
from typing import Any

from people import refusal, work

PACKAGE = "dallinger"


def raise_it(problem: Exception) -> None:
    """Do what Dallinger does with a problem, without its log of an experiment."""
    raise problem


def alone() -> ModuleType:
    """Import ``dallinger.mturk`` as it is, without the package around it."""
    package, recruiters = ModuleType(PACKAGE), ModuleType(f"{PACKAGE}.recruiters")
    package.__path__ = importlib.util.find_spec(PACKAGE).submodule_search_locations
    recruiters.handle_and_raise_recruitment_error = raise_it
    sys.modules.update({PACKAGE: package, recruiters.__name__: recruiters})
    return importlib.import_module(f"{PACKAGE}.mturk")


def main() -> None:
    program = alone()
    keys = (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
    wrong = program.MTurkService(keys[0], "not the secret", "us-east-1", sandbox=False)
    words = refusal(program.MTurkServiceException, wrong.check_credentials)
    assert "Invalid AWS credentials" in words, words
    service = program.MTurkService(*keys, "us-east-1", sandbox=False)
    assert service.check_credentials() is True
    assert service.account_balance() == 0.0
    group, longer = name_qualifications(program, service)
    hit = make_hits(program, service, longer)
    done = work("answer", "cyr", {"answer": "a story"})
    assignment = service.get_assignment(done["assignment"])
    assert assignment["worker_id"] == done["worker"], assignment
    assert assignment["status"] == "Approved", "a delay of nothing approves at once"
    assert service.get_assignment("3NOSUCHASSIGNMENT") is None
    score(program, service, done["worker"], group)
    assert service.dispose_qualification_type(longer)
    assert service.grant_bonus(done["assignment"], 1.5, "Thank you") is True
    words = refusal(program.MTurkServiceException, service.approve_assignment, done["assignment"])
    assert "status of: Submitted" in words, words
    end(program, service, hit)
    print("dallinger: qualifications, two HITs, scores, a bonus, extended, expired and deleted")


def name_qualifications(program: ModuleType, service: Any) -> tuple[str, str]:
    """Make two, one twice; find them by name. Return their ids."""
    group = service.create_qualification_type("Group 1", "Took part in group 1")["id"]
    longer = service.create_qualification_type("Group 10", "Took part in group 10")["id"]
    twice = (service.create_qualification_type, "Group 1", "Again")
    refusal(program.DuplicateQualificationNameError, *twice)
    assert service.get_qualification_type_by_name("group 1")["id"] == group
    assert service.get_qualification_type_by_name("Group 10")["id"] == longer
    assert service.get_qualification_type_by_name("No such") is None
    return group, longer


def make_hits(program: ModuleType, service: Any, excluded: str) -> dict[str, Any]:
    """Make a HIT of an outside page, and one of a page of its own, which is deleted again."""
    requirements = program.MTurkQualificationRequirements
    page = program.MTurkQuestions.external("https://study.example/ad?recruiter=mturk")
    hit = service.create_hit(
        *("study-1", "Bartlett", "Remember a story", ["memory", "story"], 0.5, 1, 0.5, page, 2),
        annotation="study-1",
        qualifications=[requirements.min_approval(95), requirements.must_not_have(excluded)],
        do_subscribe=False,
    )
    types = [program.PERCENTAGE_APPROVED_REQUIREMENT_ID, excluded]
    assert hit["qualification_type_ids"] == types, hit
    work("fund")
    listed = list(service.get_hits(lambda each: each["annotation"] == "study-1"))
    assert [each["id"] for each in listed] == [hit["id"]], listed
    fair = program.MTurkQuestions.compensation("Compensation HIT")
    words = ("study-1", "Compensation", "We are sorry", ["x"], 0.75, 1, 1, fair, 1)
    paid_back = service.create_hit(*words, do_subscribe=False)
    assert paid_back["reward"] == 0.75, paid_back
    service.expire_hit(paid_back["id"])
    service.mturk.delete_hit(HITId=paid_back["id"])
    more = service.extend_hit(hit["id"], 1, 2)
    assert more["max_assignments"] == 3, more
    assert (more["expiration"] - hit["expiration"]).total_seconds() == 7200, more
    return more


def score(program: ModuleType, service: Any, worker: str, group: str) -> None:
    """Grant a qualification, raise its score by id and by name, revoke it."""
    asked = (service.current_qualification_score, group, worker)
    refusal(program.WorkerLacksQualification, *asked)
    assert service.assign_qualification(group, worker, 3)
    assert service.increment_qualification_score(group, worker)["score"] == 4
    assert service.increment_named_qualification_score("Group 10", worker)["score"] == 1
    granted = list(service.get_workers_with_qualification(group))
    assert granted == [{"id": worker, "score": 4}], granted
    assert service.revoke_qualification(group, worker, "left")
    refusal(program.RevokedQualification, *asked)


def end(program: ModuleType, service: Any, hit: dict[str, Any]) -> None:
    """Expire a HIT and delete it twice, with its subscription where there are topics."""
    assert service.expire_hit(hit["id"])
    assert service.get_hit(hit["id"])["status"] == "Reviewable"
    if os.environ.get("AWS_ENDPOINT_URL_SNS"):
        assert service.disable_hit(hit["id"], "study-1") is True
        assert service.disable_hit(hit["id"], "study-1") is True
    else:
        service.mturk.delete_hit(HITId=hit["id"])
        again = partial(service.mturk.delete_hit, HITId=hit["id"])
        assert "currently in the state 'Disposed'" in refusal(program.ClientError, again)
    assert service.get_hit(hit["id"])["status"] == "Disposed"


main()
