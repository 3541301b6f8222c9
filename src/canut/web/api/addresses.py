"""Every address of the API, on one page, with its audience: the same as that of pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from canut.web.api import (
    answers,
    exports,
    leases,
    members,
    projects,
    results,
    reviews,
    tasks,
    webhooks,
)
from canut.web.api import project_bodies as bodies
from canut.web.api.again import Repeats
from canut.web.api.gate import BYTES, JSON, NDJSON
from canut.web.audiences import (
    DECIDERS,
    READERS,
    REQUESTERS,
    REVIEWERS,
    SIGNED_IN,
    WORKERS,
    Audience,
)

ANSWERERS_AND_READERS = Audience(
    "worker, or reader of results", roles=WORKERS.roles | READERS.roles
)
type View = Callable[..., Any]
type Answers = dict[int, Any]


@dataclass(frozen=True)
class Endpoint:
    """One operation: how it is asked, by whom, what it answers.

    Args:
        method: of HTTP.
        address: after ``/api/v1/``.
        view: what answers; its docstring is the description.
        audience: whose keys are let in.
        answers: the body of each status that is not a refusal; None where there is none.
        takes: media types of the body.
        repeats: how an ``Idempotency-Key`` is kept; not where HTTP says that again is the same.
        may_be_bare: whether the body may be left out.
        streams: media types that are answered beside JSON.
    """

    method: str
    address: str
    view: View
    audience: Audience
    answers: Answers
    takes: tuple[str, ...] = ()
    repeats: Repeats = Repeats.NO
    streams: tuple[str, ...] = ()
    may_be_bare: bool = False

    @property
    def tag(self) -> str:
        """Return the resource it belongs to."""
        return str(self.view.__module__.rsplit(".", 1)[-1])


_P = "projects/{slug:project}"
_BODY = (JSON,)
_T = f"{_P}/tasks/{{task}}"
_W = f"{_P}/webhooks/{{webhook}}"


def _get(address: str, view: View, audience: Audience, body: object) -> Endpoint:
    return Endpoint("GET", address, view, audience, {200: body})


def _post(
    address: str, view: View, audience: Audience, answers: Answers, takes: tuple[str, ...] = _BODY
) -> Endpoint:
    return Endpoint("POST", address, view, audience, answers, takes, Repeats.ONCE)


def _again(
    address: str, view: View, audience: Audience, answers: Answers, takes: tuple[str, ...] = ()
) -> Endpoint:
    return Endpoint("POST", address, view, audience, answers, takes, Repeats.AGAIN)


def _sealed(address: str, view: View, answers: Answers, takes: tuple[str, ...] = ()) -> Endpoint:
    return Endpoint("POST", address, view, REQUESTERS, answers, takes, Repeats.SEALED)


def _put(address: str, view: View, audience: Audience, answers: Answers) -> Endpoint:
    return Endpoint("PUT", address, view, audience, answers, _BODY)


def _delete(address: str, view: View, audience: Audience) -> Endpoint:
    return Endpoint("DELETE", address, view, audience, {204: None})


def _state(name: str, view: View, *, may_be_bare: bool = False) -> Endpoint:
    told = {200: bodies.ProjectOut}
    return Endpoint(
        "POST",
        f"{_P}/{name}",
        view,
        REQUESTERS,
        told,
        _BODY,
        repeats=Repeats.ONCE,
        may_be_bare=may_be_bare,
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    _get("key", members.read_key, SIGNED_IN, members.KeyOut),
    _get("organisations", projects.list_organisations, REQUESTERS, bodies.Organisations),
    _get("projects", projects.list_projects, READERS, bodies.ProjectPage),
    _post("projects", projects.begin_project, REQUESTERS, {201: bodies.ProjectOut}),
    _get(_P, projects.read_project, ANSWERERS_AND_READERS, bodies.ProjectOut),
    Endpoint(
        "PATCH", _P, projects.change, REQUESTERS, {200: bodies.ProjectOut}, _BODY, Repeats.ONCE
    ),
    _put(
        f"{_P}/overlap",
        projects.change_overlap,
        REQUESTERS,
        {200: bodies.ProjectOut, 202: bodies.ProjectOut},
    ),
    _put(f"{_P}/aims", projects.say_aims, REQUESTERS, {200: bodies.ProjectOut}),
    _put(f"{_P}/risk", projects.say_risk, REQUESTERS, {200: bodies.ProjectOut}),
    _put(f"{_P}/chain", projects.say_chain, REQUESTERS, {200: bodies.ProjectOut}),
    _post(f"{_P}/questions", projects.ask, REQUESTERS, {201: bodies.QuestionOut}),
    _post(f"{_P}/rates", projects.price, REQUESTERS, {201: bodies.RateOut}),
    _get(f"{_P}/cost", projects.cost, REQUESTERS, bodies.CostOut),
    _state("start", projects.start, may_be_bare=True),
    _state("open", projects.reopen, may_be_bare=True),
    _state("pause", projects.pause),
    _state("close", projects.close),
    _get(f"{_P}/estimate", projects.read_estimate, READERS, bodies.EstimateOut),
    _again(
        f"{_P}/estimate",
        projects.estimate,
        REQUESTERS,
        {200: bodies.EstimateOut, 202: bodies.EstimateOut},
    ),
    _get(f"{_P}/tasks", tasks.list_tasks, READERS, tasks.TaskPage),
    _again(
        f"{_P}/tasks",
        tasks.add_tasks,
        REQUESTERS,
        {201: tasks.ImportOut, 202: tasks.ImportOut},
        (JSON, NDJSON),
    ),
    _get(_T, tasks.read_task, READERS, tasks.TaskInFull),
    _post(f"{_P}/uploads", tasks.begin, REQUESTERS, {201: tasks.UploadOut}, takes=()),
    _get(f"{_P}/uploads/{{upload}}", tasks.read_upload, REQUESTERS, tasks.UploadOut),
    Endpoint(
        "PATCH",
        f"{_P}/uploads/{{upload}}",
        tasks.send_piece,
        REQUESTERS,
        {200: tasks.UploadOut},
        (NDJSON, BYTES),
        Repeats.AGAIN,
    ),
    _again(
        f"{_P}/uploads/{{upload}}/finish",
        tasks.finish,
        REQUESTERS,
        {201: tasks.ImportOut, 202: tasks.ImportOut},
    ),
    _get(f"{_P}/imports/{{number}}", tasks.read_import, REQUESTERS, tasks.ImportOut),
    _post(f"{_P}/leases", leases.take, WORKERS, {201: leases.LeasesOut}),
    _post(f"{_P}/leases/renew", leases.renew, WORKERS, {200: leases.Renewed}),
    _post(f"{_P}/leases/release", leases.release, WORKERS, {200: leases.Released}),
    _delete(f"{_P}/leases/{{lease}}", leases.give_back, WORKERS),
    _post(
        f"{_P}/answers",
        answers.submit,
        WORKERS,
        {200: answers.ReceiptAndNext, 201: answers.ReceiptAndNext},
    ),
    _again(f"{_P}/answers/batch", answers.submit_many, WORKERS, {200: answers.ReceiptsOut}, _BODY),
    _get(f"{_P}/answers", answers.list_answers, ANSWERERS_AND_READERS, answers.AnswerPage),
    _get(f"{_P}/results", results.list_results, READERS, results.ResultPage),
    _get(f"{_P}/gold", results.list_gold, READERS, results.KnownPage),
    _put(f"{_T}/gold", results.mark, REQUESTERS, {200: results.KnownOut}),
    _delete(f"{_T}/gold", results.unmark, REQUESTERS),
    _get(f"{_P}/reviews/unsure", reviews.list_unsure, READERS, reviews.UnsurePage),
    _get(f"{_P}/reviews/flags", reviews.list_flags, REVIEWERS, reviews.FlagPage),
    _get(f"{_P}/decisions", reviews.list_decisions, READERS, reviews.DecisionPage),
    _post(
        f"{_P}/answers/{{answer}}/reject",
        reviews.reject,
        DECIDERS,
        {201: reviews.DecisionOut},
    ),
    _get(f"{_P}/exports", exports.list_exports, REQUESTERS, exports.ExportPage),
    _post(
        f"{_P}/exports", exports.ask, REQUESTERS, {201: exports.ExportOut, 202: exports.ExportOut}
    ),
    _get(f"{_P}/exports/{{number}}", exports.read_export, REQUESTERS, exports.ExportOut),
    Endpoint(
        "GET",
        f"{_P}/exports/{{number}}/file",
        exports.download,
        REQUESTERS,
        {},
        streams=tuple(kind.partition(";")[0] for kind in exports.TYPES.values()),
    ),
    _get(f"{_P}/members", members.list_members, REQUESTERS, members.Members),
    _delete(f"{_P}/members/{{member}}", members.end_member, REQUESTERS),
    _get(f"{_P}/invitations", members.list_invitations, REQUESTERS, members.Invitations),
    _post(f"{_P}/invitations", members.invite, REQUESTERS, {201: members.InvitationOut}),
    _delete(f"{_P}/invitations/{{invitation}}", members.withdraw, REQUESTERS),
    _get(f"{_P}/webhooks", webhooks.list_webhooks, REQUESTERS, webhooks.Webhooks),
    _sealed(f"{_P}/webhooks", webhooks.add, {201: webhooks.WebhookMade}, _BODY),
    _get(_W, webhooks.read_webhook, REQUESTERS, webhooks.WebhookOut),
    Endpoint(
        "PATCH", _W, webhooks.change, REQUESTERS, {200: webhooks.WebhookOut}, _BODY, Repeats.ONCE
    ),
    _delete(_W, webhooks.remove, REQUESTERS),
    _sealed(f"{_W}/secret", webhooks.renew_secret, {200: webhooks.WebhookMade}),
    _post(f"{_W}/test", webhooks.send_test, REQUESTERS, {202: webhooks.WebhookOut}, takes=()),
    _get(f"{_W}/deliveries", webhooks.list_deliveries, REQUESTERS, webhooks.DeliveryPage),
    _post(
        f"{_W}/deliveries/{{delivery}}/replay",
        webhooks.send_again,
        REQUESTERS,
        {202: webhooks.Resent},
        takes=(),
    ),
    _post(f"{_W}/replay", webhooks.send_all_again, REQUESTERS, {202: webhooks.Resent}),
)
