"""All addresses of the API, each with its audience, which is the same as for pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from canut.web.datasets import api_exports
from canut.web.integrations import api_webhooks
from canut.web.kit.api.gate import BYTES, JSON, NDJSON
from canut.web.kit.api.idempotency import Repeats
from canut.web.kit.audiences import (
    DECIDERS,
    READERS,
    REQUESTERS,
    REVIEWERS,
    SIGNED_IN,
    WORKERS,
    Audience,
)
from canut.web.learning import api_prelabels
from canut.web.lessons import api_lessons
from canut.web.people import api_members
from canut.web.projects import api_projects
from canut.web.projects import api_schemas as bodies
from canut.web.quality import api_results, api_reviews
from canut.web.tasks import api_imports, api_media, api_tasks
from canut.web.work import api_answers, api_leases

ANSWERERS_AND_READERS = Audience(
    "worker, or reader of results", roles=WORKERS.roles | READERS.roles
)
type View = Callable[..., Any]
type Answers = dict[int, Any]


@dataclass(frozen=True)
class Endpoint:
    """One operation: its method and address, who may call it, what it returns.

    Args:
        method: of HTTP.
        address: after ``/api/v1/``.
        view: the view function; its docstring is the description.
        audience: the keys it admits.
        answers: the body of each status that is not a refusal; None where there is none.
        takes: media types of the body.
        repeats: how an ``Idempotency-Key`` is replayed; not for methods that HTTP calls idempotent.
        may_be_bare: whether the body may be left out.
        streams: media types of the response other than JSON.
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
        return str(self.view.__module__.rsplit(".", 1)[-1]).removeprefix("api_")


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
    responses = {200: bodies.ProjectOut}
    return Endpoint(
        "POST",
        f"{_P}/{name}",
        view,
        REQUESTERS,
        responses,
        _BODY,
        repeats=Repeats.ONCE,
        may_be_bare=may_be_bare,
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    _get("key", api_members.read_key, SIGNED_IN, api_members.KeyOut),
    _get("lessons", api_lessons.list_all, SIGNED_IN, api_lessons.Lessons),
    _get("lessons/{lesson}/figures", api_lessons.read_figures, SIGNED_IN, api_lessons.FiguresOut),
    _get("organisations", api_projects.list_organisations, REQUESTERS, bodies.Organisations),
    _get("projects", api_projects.list_projects, READERS, bodies.ProjectPage),
    _post("projects", api_projects.begin_project, REQUESTERS, {201: bodies.ProjectOut}),
    _get(_P, api_projects.read_project, ANSWERERS_AND_READERS, bodies.ProjectOut),
    Endpoint(
        "PATCH", _P, api_projects.change, REQUESTERS, {200: bodies.ProjectOut}, _BODY, Repeats.ONCE
    ),
    _put(
        f"{_P}/overlap",
        api_projects.change_overlap,
        REQUESTERS,
        {200: bodies.ProjectOut, 202: bodies.ProjectOut},
    ),
    _put(f"{_P}/aims", api_projects.say_aims, REQUESTERS, {200: bodies.ProjectOut}),
    _put(f"{_P}/risk", api_projects.say_risk, REQUESTERS, {200: bodies.ProjectOut}),
    _put(f"{_P}/chain", api_projects.say_chain, REQUESTERS, {200: bodies.ProjectOut}),
    _post(f"{_P}/questions", api_projects.ask, REQUESTERS, {201: bodies.QuestionOut}),
    _post(f"{_P}/rates", api_projects.price, REQUESTERS, {201: bodies.RateOut}),
    _get(f"{_P}/cost", api_projects.cost, REQUESTERS, bodies.CostOut),
    _state("start", api_projects.start, may_be_bare=True),
    _state("open", api_projects.reopen, may_be_bare=True),
    _state("pause", api_projects.pause),
    _state("close", api_projects.close),
    _get(f"{_P}/estimate", api_projects.read_estimate, READERS, bodies.EstimateOut),
    _again(
        f"{_P}/estimate",
        api_projects.estimate,
        REQUESTERS,
        {200: bodies.EstimateOut, 202: bodies.EstimateOut},
    ),
    _get(f"{_P}/tasks", api_tasks.list_tasks, READERS, api_tasks.TaskPage),
    _again(
        f"{_P}/tasks",
        api_tasks.add_tasks,
        REQUESTERS,
        {201: api_imports.ImportOut, 202: api_imports.ImportOut},
        (JSON, NDJSON, BYTES),
    ),
    _get(_T, api_tasks.read_task, READERS, api_tasks.TaskInFull),
    _post(f"{_P}/uploads", api_tasks.begin, REQUESTERS, {201: api_tasks.UploadOut}, takes=()),
    _get(f"{_P}/uploads/{{upload}}", api_tasks.read_upload, REQUESTERS, api_tasks.UploadOut),
    Endpoint(
        "PATCH",
        f"{_P}/uploads/{{upload}}",
        api_tasks.send_piece,
        REQUESTERS,
        {200: api_tasks.UploadOut},
        (NDJSON, BYTES),
        Repeats.AGAIN,
    ),
    _again(
        f"{_P}/uploads/{{upload}}/finish",
        api_tasks.finish,
        REQUESTERS,
        {201: api_imports.ImportOut, 202: api_imports.ImportOut},
    ),
    _get(f"{_P}/imports", api_imports.list_imports, REQUESTERS, api_imports.ImportPage),
    _get(f"{_P}/imports/{{number}}", api_imports.read_import, REQUESTERS, api_imports.ImportOut),
    _get(
        f"{_P}/imports/{{number}}/problems",
        api_imports.list_problems,
        REQUESTERS,
        api_imports.ProblemPage,
    ),
    _again(
        f"{_P}/imports/{{number}}/publish",
        api_imports.publish,
        REQUESTERS,
        {200: api_imports.ImportOut, 202: api_imports.ImportOut},
    ),
    _again(
        f"{_P}/imports/{{number}}/discard",
        api_imports.discard,
        REQUESTERS,
        {200: api_imports.ImportOut},
    ),
    _again(
        f"{_P}/prelabels",
        api_prelabels.add,
        REQUESTERS,
        {200: api_prelabels.PrelabelsOut, 201: api_prelabels.PrelabelsOut},
        _BODY,
    ),
    Endpoint(
        "GET",
        f"{_P}/media/{{sha256}}",
        api_media.download,
        ANSWERERS_AND_READERS,
        {},
        streams=api_media.TYPES,
    ),
    _post(f"{_P}/leases", api_leases.take, WORKERS, {201: api_leases.LeasesOut}),
    _post(f"{_P}/leases/renew", api_leases.renew, WORKERS, {200: api_leases.Renewed}),
    _post(f"{_P}/leases/release", api_leases.release, WORKERS, {200: api_leases.ReleasedOut}),
    _delete(f"{_P}/leases/{{lease}}", api_leases.give_back, WORKERS),
    _post(
        f"{_P}/answers",
        api_answers.submit,
        WORKERS,
        {200: api_answers.ReceiptAndNext, 201: api_answers.ReceiptAndNext},
    ),
    _again(
        f"{_P}/answers/batch",
        api_answers.submit_many,
        WORKERS,
        {200: api_answers.ReceiptsOut},
        _BODY,
    ),
    _get(f"{_P}/answers", api_answers.list_answers, ANSWERERS_AND_READERS, api_answers.AnswerPage),
    _get(f"{_P}/results", api_results.list_results, READERS, api_results.ResultPage),
    _get(
        f"{_P}/next-answers",
        api_results.read_next_answers,
        READERS,
        api_results.NextAnswersOut,
    ),
    _get(f"{_P}/gold", api_results.list_gold, READERS, api_results.KnownPage),
    _put(f"{_T}/gold", api_results.mark, REQUESTERS, {200: api_results.KnownOut}),
    _delete(f"{_T}/gold", api_results.unmark, REQUESTERS),
    _get(f"{_P}/reviews/unsure", api_reviews.list_unsure, READERS, api_reviews.UnsurePage),
    _get(f"{_P}/reviews/flags", api_reviews.list_flags, REVIEWERS, api_reviews.FlagPage),
    _get(f"{_P}/decisions", api_reviews.list_decisions, READERS, api_reviews.DecisionPage),
    _post(
        f"{_P}/answers/{{answer}}/reject",
        api_reviews.reject,
        DECIDERS,
        {201: api_reviews.DecisionOut},
    ),
    _get(f"{_P}/exports", api_exports.list_exports, REQUESTERS, api_exports.ExportPage),
    _post(
        f"{_P}/exports",
        api_exports.ask,
        REQUESTERS,
        {201: api_exports.ExportOut, 202: api_exports.ExportOut},
    ),
    _get(f"{_P}/exports/{{number}}", api_exports.read_export, REQUESTERS, api_exports.ExportOut),
    Endpoint(
        "GET",
        f"{_P}/exports/{{number}}/file",
        api_exports.download,
        REQUESTERS,
        {},
        streams=tuple(kind.partition(";")[0] for kind in api_exports.TYPES.values()),
    ),
    _get(f"{_P}/members", api_members.list_members, REQUESTERS, api_members.Members),
    _get(
        f"{_P}/members/{{member}}", api_members.read_member, REQUESTERS, api_members.MemberAccessOut
    ),
    Endpoint(
        "DELETE",
        f"{_P}/members/{{member}}",
        api_members.end_member,
        REQUESTERS,
        {200: api_members.RemovalOut},
    ),
    _get(f"{_P}/invitations", api_members.list_invitations, REQUESTERS, api_members.Invitations),
    _post(f"{_P}/invitations", api_members.invite, REQUESTERS, {201: api_members.InvitationOut}),
    _delete(f"{_P}/invitations/{{invitation}}", api_members.withdraw, REQUESTERS),
    _get(f"{_P}/webhooks", api_webhooks.list_webhooks, REQUESTERS, api_webhooks.Webhooks),
    _sealed(f"{_P}/webhooks", api_webhooks.add, {201: api_webhooks.WebhookMade}, _BODY),
    _get(_W, api_webhooks.read_webhook, REQUESTERS, api_webhooks.WebhookOut),
    Endpoint(
        "PATCH",
        _W,
        api_webhooks.change,
        REQUESTERS,
        {200: api_webhooks.WebhookOut},
        _BODY,
        Repeats.ONCE,
    ),
    _delete(_W, api_webhooks.remove, REQUESTERS),
    _sealed(f"{_W}/secret", api_webhooks.renew_secret, {200: api_webhooks.WebhookMade}),
    _post(
        f"{_W}/test", api_webhooks.send_test, REQUESTERS, {202: api_webhooks.WebhookOut}, takes=()
    ),
    _get(f"{_W}/deliveries", api_webhooks.list_deliveries, REQUESTERS, api_webhooks.DeliveryPage),
    _post(
        f"{_W}/deliveries/{{delivery}}/replay",
        api_webhooks.send_again,
        REQUESTERS,
        {202: api_webhooks.Resent},
        takes=(),
    ),
    _post(f"{_W}/replay", api_webhooks.send_all_again, REQUESTERS, {202: api_webhooks.Resent}),
)
