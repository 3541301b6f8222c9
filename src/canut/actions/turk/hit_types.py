"""Make HIT types: each is a project of the key's organisation, one for each different request.

The title, the price and how long a task is lent come from the request; why the project exists and
what it may show come from the profile of the key.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from canut.actions.pay.intermediaries import ChainIn, write_chain
from canut.actions.projects.setup import (
    create_project,
    set_rate,
    set_work,
    write_aims,
    write_question,
)
from canut.actions.protection.risk_preferences import set_risk
from canut.actions.turk.calls import Call, Reply
from canut.actions.turk.names import new_object_id
from canut.actions.turk.price_check import check_reward
from canut.actions.work.eligibility import EligibilityRules, set_eligibility
from canut.core.clock import from_ms
from canut.core.turk.amounts import read_amount
from canut.core.turk.profile import TurkProfile, incomplete
from canut.core.turk.refusals import canut_error, invalid, missing
from canut.core.turk.requirements import (
    ADULT_RISK,
    SortedRequirements,
    read_requirements,
    sort_requirements,
)
from canut.core.turk.states import ACCEPTED_MS
from canut.store.models import HitType, Import, Organisation, Project
from canut.store.turk.hits import hit_type_named, hit_type_of_digest
from canut.store.work.qualifications import in_use

DEFAULT_APPROVAL_S = 30 * 86_400
LEAST_LEASE_S, MOST_LEASE_S = 60, 86_400
IMPORT_NAME = "Mechanical Turk"
LONGEST_ASK = 500
PAGE = "page"
"""The id of the only question of a HIT, and its kind."""
BLANKS = re.compile(r"\s+")
ADULT_CATEGORY = "sexual"


@dataclass(frozen=True, slots=True)
class TypeIn:
    """What makes a HIT type, in normal form."""

    title: str
    description: str
    keywords: str
    reward_micro: int
    duration_s: int
    approval_s: int
    requirements: Sequence[Mapping[str, Any]]

    def digest(self, profile: TurkProfile) -> str:
        """Return what two equal requests of one organisation share."""
        by = [profile.currency, profile.is_own_staff]
        text = json.dumps([asdict(self), by], sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


def create_hit_type(call: Call) -> Reply:
    """Make a HIT type, or return the one that is the same."""
    return {"HITTypeId": ensure_type(call).public_id}


def get_type(call: Call) -> HitType:
    """Return the HIT type a call names.

    Raises:
        TurkError: the organisation of the key has none of this name.
    """
    hit_type = hit_type_named(call.organisation, call.text("HITTypeId"))
    if hit_type is None:
        raise missing("HITType", call.text("HITTypeId"))
    return hit_type


@transaction.atomic(savepoint=False)
def ensure_type(call: Call) -> HitType:
    """Return the HIT type of a call, with its project, made where there is none.

    Raises:
        TurkError: the price, a requirement or the profile does not do, or measured times show that
            the price is too low.
    """
    type_in = _read_type(call)
    digest = type_in.digest(call.profile)
    sorted_out = _sort(call, type_in)
    found_type = hit_type_of_digest(call.organisation, digest)
    if found_type is None:
        Organisation.objects.select_for_update(no_key=True).get(pk=call.organisation)
        # one that was made while this call waited
        found_type = hit_type_of_digest(call.organisation, digest)
    if found_type is not None:
        return found_type
    if call.profile.missing():
        raise incomplete(call.profile)
    check_reward(call, type_in.title, type_in.description, type_in.reward_micro)
    project = _make_project(call, type_in, sorted_out)
    return HitType.objects.create(
        public_id=new_object_id(),
        organisation_id=call.organisation,
        project=project,
        digest=digest,
        title=type_in.title,
        description=type_in.description,
        keywords=type_in.keywords,
        reward_micro=type_in.reward_micro,
        duration_s=type_in.duration_s,
        approval_s=type_in.approval_s,
        requirements=list(type_in.requirements),
        created_ms=call.now_ms,
    )


def _read_type(call: Call) -> TypeIn:
    title = BLANKS.sub(" ", call.text("Title")).strip()
    if not title or not call.text("Description").strip():
        raise invalid("Title and Description must not be empty")
    reward_micro = read_amount(call.text("Reward"), "Reward")
    if not reward_micro and not call.profile.is_own_staff:
        raise canut_error(
            "PriceMissing", "The Reward is 0 and people are paid here: name what an answer is paid."
        )
    return TypeIn(
        title=title,
        description=call.text("Description").strip(),
        keywords=BLANKS.sub(" ", call.text("Keywords")).strip(),
        reward_micro=reward_micro,
        duration_s=call.whole("AssignmentDurationInSeconds", LEAST_LEASE_S),
        approval_s=call.whole("AutoApprovalDelayInSeconds", DEFAULT_APPROVAL_S),
        requirements=call.rows("QualificationRequirements"),
    )


def _sort(call: Call, type_in: TypeIn) -> SortedRequirements:
    """Decide what is done with each requirement, and tell which are passed over."""
    profile = call.profile
    sorted_out = sort_requirements(
        read_requirements(type_in.requirements),
        legal_reason=profile.legal_reason,
        passes_over_place=profile.passes_over_place,
        passes_over_masters=profile.passes_over_masters,
    )
    for type_id in sorted_out.passed_over:
        call.notices.add(f"passed-over={type_id}")
    type_ids = {requirement.type_id for requirement in sorted_out.own}
    if type_ids:
        types = in_use(call.organisation).filter(public_id__in=type_ids)
        unknown = type_ids - set(types.values_list("public_id", flat=True))
        if unknown:
            raise missing("QualificationType", min(unknown))
    return sorted_out


def _make_project(call: Call, type_in: TypeIn, sorted_out: SortedRequirements) -> Project:
    """Create the draft that holds the tasks of a type."""
    profile, by, now_ms = call.profile, call.program(), call.now_ms
    project = create_project(
        call.client(), type_in.title, by=by, now_ms=now_ms, own_staff=profile.is_own_staff
    )
    project.overlap = 1
    project.save(update_fields=["overlap"])
    ask = type_in.description[:LONGEST_ASK].strip()
    schema: dict[str, Any] = {"questions": [{"id": PAGE, "kind": PAGE, "ask": ask}]}
    write_question(project, schema, type_in.description, by=by, now_ms=now_ms)
    set_rate(project, type_in.reward_micro, profile.currency, by=by, now_ms=now_ms)
    write_aims(
        project,
        business=profile.aim_business,
        social=profile.aim_social,
        ethical=profile.aim_ethical,
        whose=profile.origin_whose,
        consent=profile.origin_consent,
        paid=profile.origin_paid,
    )
    lease_s = max(LEAST_LEASE_S, min(type_in.duration_s, MOST_LEASE_S))
    set_work(project, lease_seconds=lease_s)
    risk, categories = profile.risk, list(profile.categories)
    if sorted_out.is_adult and risk < ADULT_RISK:
        risk, categories = ADULT_RISK, [*categories, ADULT_CATEGORY]
    set_risk(project, risk, categories, profile.modality)
    if not profile.is_own_staff:
        chain = ChainIn(profile.client, profile.client_country)
        write_chain(project, chain, by=by, now_ms=now_ms)
    if sorted_out.country:
        rules = EligibilityRules(place=sorted_out.country, legal_reason=profile.legal_reason)
        set_eligibility(project, rules, by=by, now_ms=now_ms)
    Import.objects.create(
        project=project,
        state=Import.State.PUBLISHED,
        name=IMPORT_NAME,
        path="",
        format="turk",
        reading={"format": "turk", "columns": ["hit"]},
        created_by=by,
        created_at=from_ms(now_ms),
        published_at=from_ms(now_ms),
    )
    return project


def approval_ms(hit_type: HitType) -> int:
    """Return after how many milliseconds an answer is approved without anybody's word."""
    return min(hit_type.approval_s * 1000, ACCEPTED_MS)
