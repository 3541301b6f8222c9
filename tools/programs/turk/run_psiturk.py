"""Let psiTurk make a HIT, read it, pay for it, reject, extend, expire and delete it."""

from datetime import timedelta

from people import work
from psiturk.amt_services import MTurkServices
from psiturk.psiturk_config import PsiturkConfig

HIT = {
    "title": "Stroop task",
    "description": "Name the colour of words",
    "keywords": "psychology, colour",
    "reward": 1.0,
    "duration": timedelta(hours=1),
    "lifetime": timedelta(hours=24),
    "max_assignments": 2,
    "ad_location": "https://study.example/ad?mode=live",
    "approve_requirement": 95,
    "number_hits_approved": 0,
    "require_master_workers": False,
    "us_only": True,
    "require_qualification_ids": [],
    "block_qualification_ids": [],
    "advanced_qualifications": [],
}


def ok(reply: object) -> object:
    assert reply.success, reply.exception
    return reply.data


def hit_of(services: MTurkServices, hit_id: str) -> dict[str, object]:
    return ok(services.get_hit(hit_id)).options


def main() -> None:
    config = PsiturkConfig()
    config.load_config()
    services = MTurkServices(config, mode="live")
    notices: list[str] = []
    services.mtc.meta.events.register(
        "after-call.mturk",
        lambda http_response, **_kept: notices.append(
            http_response.headers.get("x-canut-notice", "")
        ),
    )
    assert ok(services.check_balance()) == "0.00"

    refused = services.create_hit(dict(HIT))
    assert not refused.success
    assert "Canut.PlaceNeedsReason" in str(refused.exception.response), refused.exception
    hit = ok(services.create_hit({**HIT, "us_only": False}))
    hit_id = hit["HITId"]
    assert hit["HITStatus"] == "Unassignable", hit["HITStatus"]
    sent = {row["QualificationTypeId"] for row in hit["QualificationRequirements"]}
    assert sent == {"000000000000000000L0", "00000000000000000040"}, sent
    assert any("passed-over" in notice for notice in notices), notices

    work("fund")
    assert float(ok(services.check_balance())) > 0
    assert hit_of(services, hit_id)["status"] == "Assignable"
    early = work("lend", "ada")
    assert not services.get_assignment(early["assignment"]).success
    handed_in = [work("answer", name, {"uniqueId": "x"}) for name in ("ada", "bea")]
    assert [hit.options["hitid"] for hit in ok(services.get_all_hits())] == [hit_id]
    counts = hit_of(services, hit_id)
    assert counts["number_submissions_needing_action"] == 2, counts
    waiting = ok(services.get_assignments("Submitted", [hit_id]))
    assert [row["assignmentId"] for row in waiting] == [row["assignment"] for row in handed_in]

    first, second = handed_in
    assert ok(services.approve_assignment(first["assignment"]))
    assert not services.approve_assignment(first["assignment"]).success
    assert ok(services.reject_assignment(second["assignment"]))
    assert ok(services.get_assignment(second["assignment"]))["status"] == "Submitted"
    assert ok(services.bonus_assignment(first["assignment"], None, 0.5, "Careful work"))
    assert [row["assignmentId"] for row in ok(services.get_assignments("Approved", [hit_id]))] == [
        first["assignment"]
    ]

    before = hit_of(services, hit_id)["expiration"]
    ok(services.extend_hit(hit_id, assignments_increment=1, expiration_increment=60))
    after = hit_of(services, hit_id)
    assert (after["max_assignments"], after["expiration"] - before) == (3, timedelta(hours=1))
    assert not services.delete_hit(hit_id).success
    ok(services.expire_hit(hit_id))
    assert hit_of(services, hit_id)["is_expired"]
    assert not services.delete_hit(hit_id).success
    assert ok(services.unreject_assignment(second["assignment"]))
    ok(services.delete_hit(hit_id))
    assert ok(services.get_all_hits()) == []
    print("psiTurk: a HIT from making to deleting, two answers, a bonus, a proposed rejection")


main()
