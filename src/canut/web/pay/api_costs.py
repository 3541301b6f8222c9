"""Costs of a project in API format, as the draft and the pilot show them."""

from canut.actions.platform.system_clock import now_ms
from canut.actions.projects.cost_preview import before_opening
from canut.core.pay.required_funds import Need
from canut.core.pay.workload import LooksNeed, Workload
from canut.store.models import Project
from canut.store.projects.versions import rate_or_none

FUNDS = ("deposited", "locked", "spent", "free")


def cost_told(project: Project) -> dict[str, object]:
    """Describe what a project needs and has; None if nobody is paid here.

    Raises:
        Incomplete: there is no price, or a place's values are not known.
    """
    if project.is_own_staff or rate_or_none(project.pk) is None:
        nothing = dict.fromkeys((*(f"{name}_micro" for name in FUNDS), "missing_micro"), 0)
        return {"currency": None, "need": None, **nothing}
    cover = before_opening(project, now_ms())
    there = {f"{name}_micro": getattr(cover.balance, name).micro for name in FUNDS}
    return {
        "currency": cover.need.total.currency,
        "need": _need(cover.need),
        **there,
        "missing_micro": cover.missing.micro,
    }


def _need(need: Need) -> dict[str, object]:
    return {
        "answers": need.answers,
        "asked": _asked(need.asked or Workload(0, 0, 0)),
        "pay_micro": need.pay.micro,
        "hours_micro": need.hours.micro,
        "top_up_micro": need.top_up.micro,
        "basis": need.basis.value,
        "reviews": need.reviews and _looks(need.reviews),
        "contributions_micro": need.contributions.micro,
        "total_micro": need.total.micro,
        "likely_micro": need.likely.micro if need.likely else None,
    }


def _asked(workload: Workload) -> dict[str, object]:
    names = ("tasks", "least", "most", "more", "practice", "gold", "audits")
    likely = workload.likely_each if workload.is_until_sure else float(workload.most)
    return {name: getattr(workload, name) for name in names} | {"likely_each": likely}


def _looks(need: LooksNeed) -> dict[str, object]:
    looks = need.looks
    return {
        "count": looks.count,
        "share": looks.share,
        "look_ms": looks.look_ms,
        "is_measured": looks.is_measured,
        "micro": need.total.micro,
    }
