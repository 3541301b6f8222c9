"""What is sent to Prolific's API and read from its replies, and what a top-up comes to.

Written from Prolific's public API reference (docs.prolific.com, 2026): ``POST studies/``, ``POST
studies/{id}/transition/``, ``GET studies/{id}/submissions/``, ``POST submissions/bulk-approve/``,
``POST submissions/bonus-payments/``. Its amounts are whole minor units (pence, cents), those of
bonuses decimals. The list of submissions holds much about people: six fields are read. Nothing
here rejects anybody.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from canut.core.clock import HOUR_MS, Ms
from canut.core.errors import BadInput
from canut.core.json_depth import load_json
from canut.core.money import MICRO, Money, divided_up, minor_decimals, minor_unit, rounded_up
from canut.core.recruiting.prolific_files import LONGEST, STATES, PanelSubmission

QUERY = "?PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}"
"""What Prolific fills in, each person with their own ids, at the end of the address."""
DEVICES = ("desktop", "tablet", "mobile")
PAID_REWARD = frozenset({"approved", "screened-out"})
"""States in which Prolific paid its reward, or the fixed one of who is screened out."""
SETTLED = PAID_REWARD | {"returned", "timed-out", "rejected"}
"""States after which Prolific itself pays nothing more."""
OTHER = "other"
"""A state that is not known here: it is counted, and nothing follows from it."""
SIGNS_OF_ID = 60


class RemoteStudy(NamedTuple):
    """A study as Prolific gives it: its id, its state in lower case, its currency."""

    number: str
    state: str
    currency: str


class ListedSubmission(NamedTuple):
    """A submission as Prolific lists it; reward and bonuses in minor units of the currency."""

    submission: PanelSubmission
    reward: int
    bonuses: int


class BonusQuote(NamedTuple):
    """Bonuses that are set up and not paid: Prolific's id, their sum, its fees and tax."""

    number: str
    amount_micro: int
    fees_micro: int


class StudyRequest(NamedTuple):
    """A study to be created at Prolific.

    Args:
        title: people read it there.
        description: what they do, in plain text.
        address: where they are sent, without its query.
        code: what they bring back.
        places: how many people.
        minutes: how long it takes.
        reward: minor units of the account's currency.
    """

    title: str
    description: str
    address: str
    code: str
    places: int
    minutes: int
    reward: int


def study_payload(study: StudyRequest) -> dict[str, object]:
    """Return the body that creates a study; submissions are reviewed by hand, not approved."""
    return {
        "name": study.title,
        "internal_name": study.title,
        "description": study.description,
        "external_study_url": study.address + QUERY,
        "prolific_id_option": "url_parameters",
        "completion_codes": [
            {
                "code": study.code,
                "code_type": "COMPLETED",
                "actions": [{"action": "MANUALLY_REVIEW"}],
            }
        ],
        "total_available_places": study.places,
        "estimated_completion_time": study.minutes,
        "reward": study.reward,
        "device_compatibility": list(DEVICES),
    }


def read_study(text: str) -> RemoteStudy:
    """Read a study from a reply.

    Raises:
        BadInput: ``prolific-reply``.
    """
    reply = _object(text)
    number, state = str(reply.get("id", "")), str(reply.get("status", "")).lower()
    currency = str(reply.get("presentment_currency_code") or reply.get("currency_code") or "")
    if not number.isalnum() or len(number) > SIGNS_OF_ID or not state:
        raise _unreadable("a study without id or status")
    return RemoteStudy(number, state[:20], currency.upper()[:3])


def read_listing(text: str) -> list[ListedSubmission]:
    """Read a page of submissions; what is not one of the six fields is left unread.

    Raises:
        BadInput: ``prolific-reply``.

    Example:
        >>> page = '{"results": [{"id": "s1", "participant_id": "p1", "status": "APPROVED"}]}'
        >>> read_listing(page)[0].submission.state
        'approved'
    """
    rows = _object(text).get("results")
    if not isinstance(rows, list):
        raise _unreadable("a list without results")
    return [_listed(row) for row in rows if isinstance(row, dict)]


def read_quote(text: str, currency: str) -> BonusQuote:
    """Read bonuses that were set up.

    Raises:
        BadInput: ``prolific-reply``.
    """
    reply = _object(text)
    number, unit = str(reply.get("id", "")), minor_unit(currency)
    amount, whole = reply.get("amount"), reply.get("total_amount")
    if not number or not number.replace("-", "").isalnum() or len(number) > SIGNS_OF_ID:
        raise _unreadable("bonuses without id")
    if not isinstance(amount, int | float) or not isinstance(whole, int | float):
        raise _unreadable("bonuses without amounts")
    amount_micro, whole_micro = round(amount * unit), round(whole * unit)
    return BonusQuote(number, amount_micro, max(0, whole_micro - amount_micro))


def read_fault(text: str) -> str:
    """Return in Prolific's words why it refused, at most 200 signs; empty if it says nothing."""
    try:
        fault = _object(text).get("error")
    except BadInput:
        return ""
    words: object = fault
    if isinstance(fault, dict):
        words = fault.get("detail") or fault.get("title") or ""
    plain = words if isinstance(words, str) else str(words or "")
    return " ".join(plain.split())[:200]


def bonus_csv(amounts: Sequence[tuple[str, int]], currency: str) -> str:
    r"""Return the lines that set up bonuses: submission and amount in units of the currency.

    Example:
        >>> bonus_csv([("s1", 1_230_000), ("s2", 500_000)], "GBP")
        's1,1.23\ns2,0.50'
    """
    places = minor_decimals(currency)
    return "\n".join(f"{number},{Decimal(micro) / MICRO:.{places}f}" for number, micro in amounts)


def top_up_micro(listed: ListedSubmission, time_ms: Ms, per_hour: Money, sent_micro: int) -> int:
    """Return what is missing to the floor of a person's time, rounded up to a minor unit.

    Args:
        listed: their submission, in a state after which Prolific pays nothing more.
        time_ms: their time that counts.
        per_hour: the floor, in the currency of the study at Prolific.
        sent_micro: top-ups sent to them before; Prolific's own list may lag behind.

    Returns:
        Micro-units; 0 where nothing is missing.
    """
    unit = minor_unit(per_hour.currency)
    is_rewarded = listed.submission.state in PAID_REWARD
    bonuses_micro = max(sent_micro, listed.bonuses * unit)
    paid_micro = (listed.reward * unit if is_rewarded else 0) + bonuses_micro
    due_micro = divided_up(per_hour.micro * time_ms, HOUR_MS) - paid_micro
    return rounded_up(Money(due_micro, per_hour.currency)).micro if due_micro > 0 else 0


def _listed(row: Mapping[str, Any]) -> ListedSubmission:
    number, member = str(row.get("id", "")), str(row.get("participant_id") or "")
    status = str(row.get("status", "")).upper().replace("_", " ")
    state = STATES.get(status.replace("TIMED OUT", "TIMED-OUT"), OTHER)
    if not number or max(len(number), len(member)) > LONGEST:
        raise _unreadable(f"a submission with the id {number[:20]!r}")
    seconds, reward = row.get("time_taken"), row.get("reward")
    bonuses = row.get("bonus_payments")
    payments = bonuses if isinstance(bonuses, list) else []
    return ListedSubmission(
        PanelSubmission(
            number,
            member,
            state,
            str(row.get("study_code") or "")[:LONGEST],
            int(seconds) if isinstance(seconds, int | float) else None,
        ),
        round(reward) if isinstance(reward, int | float) else 0,
        round(sum(payment for payment in payments if isinstance(payment, int | float))),
    )


def _object(text: str) -> dict[str, Any]:
    try:
        reply = load_json(text)
    except (ValueError, RecursionError) as failure:
        raise _unreadable("no JSON") from failure
    if not isinstance(reply, dict):
        raise _unreadable("no JSON object")
    return reply


def _unreadable(what: str) -> BadInput:
    return BadInput(f"Prolific's reply holds {what}", code="prolific-reply")
