"""Call Prolific's API with an organisation's token, by the guarded client of webhooks.

The token is stored encrypted and shown to nobody again. No call is repeated by itself: paying
bonuses twice would pay people twice.
"""

import json

from django.conf import settings
from django.db import transaction

from canut.actions.integrations.http_client import HttpLimits, HttpResult, check_url, get, post
from canut.actions.platform import encryption
from canut.core.clock import Ms
from canut.core.errors import BadInput, Conflict, NotReady
from canut.core.recruiting.prolific_api import (
    BonusQuote,
    ListedSubmission,
    RemoteStudy,
    StudyRequest,
    bonus_csv,
    read_fault,
    read_listing,
    read_quote,
    read_study,
    study_payload,
)
from canut.store.tables.people import Person
from canut.store.tables.recruiting.prolific import ProlificAccount

LABEL = b"canut/prolific/v1"
LIMITS = HttpLimits(seconds=20.0, kept=8 * 2**20)
LONGEST_TOKEN = 400
PAGE = 200
MOST_SUBMISSIONS = 20_000
NO_ACCESS = frozenset({401, 403})


@transaction.atomic
def connect_account(organisation_id: int, token: str, *, by: Person, now_ms: Ms) -> None:
    """Store an organisation's token of Prolific, encrypted; a later one replaces it.

    Raises:
        BadInput: ``prolific-token-form``: it cannot be a token.
    """
    plain = token.strip()
    if not plain or len(plain) > LONGEST_TOKEN or not plain.isascii() or " " in plain:
        raise BadInput("a token is one word of letters and digits", code="prolific-token-form")
    sealed = encryption.seal(plain.encode(), LABEL, str(organisation_id).encode())
    ProlificAccount.objects.update_or_create(
        organisation_id=organisation_id, defaults={"sealed": sealed, "by": by, "at_ms": now_ms}
    )


@transaction.atomic
def disconnect_account(organisation_id: int) -> None:
    """Delete an organisation's token; studies at Prolific go on there."""
    ProlificAccount.objects.filter(organisation=organisation_id).delete()


class ProlificClient:
    """Prolific's API for one organisation.

    Args:
        organisation_id: whose token is used.

    Raises:
        NotReady: ``prolific-account``: it has no token.
    """

    def __init__(self, organisation_id: int) -> None:
        account = ProlificAccount.objects.filter(organisation=organisation_id).first()
        if account is None:
            raise NotReady("give the token of Prolific first", code="prolific-account")
        bound = str(organisation_id).encode()
        self._token = encryption.unseal(bytes(account.sealed), LABEL, bound).decode()
        self._root = f"{settings.PROLIFIC_URL.rstrip('/')}/api/v1/"
        check_url(self._root, inside=settings.WEBHOOKS_INSIDE)

    def create_study(self, study: StudyRequest) -> RemoteStudy:
        """Create a study; it stays unpublished.

        Raises:
            Conflict, BadInput: as every call here: ``prolific-access``, ``prolific-refused``,
                ``prolific-silent``, ``prolific-reply``.
        """
        return read_study(self._post("studies/", study_payload(study)))

    def move_study(self, number: str, action: str) -> RemoteStudy:
        """Publish, pause or start a study: ``PUBLISH``, ``PAUSE``, ``START``."""
        self._post(f"studies/{number}/transition/", {"action": action})
        return self.load_study(number)

    def load_study(self, number: str) -> RemoteStudy:
        """Load a study."""
        return read_study(self._get(f"studies/{number}/"))

    def list_submissions(self, number: str) -> list[ListedSubmission]:
        """List the submissions of a study, page by page, at most 20,000."""
        by_number: dict[str, ListedSubmission] = {}
        while len(by_number) < MOST_SUBMISSIONS:
            query = f"?limit={PAGE}&offset={len(by_number)}"
            page = read_listing(self._get(f"studies/{number}/submissions/{query}"))
            fresh = {row.submission.number: row for row in page} | by_number
            is_over = len(page) < PAGE or len(fresh) == len(by_number)
            by_number = fresh
            if is_over:
                break
        return list(by_number.values())

    def approve(self, numbers: list[str]) -> None:
        """Approve submissions; Prolific then pays its reward."""
        self._post("submissions/bulk-approve/", {"submission_ids": numbers})

    def set_up_bonuses(
        self, number: str, amounts: list[tuple[str, int]], currency: str
    ) -> BonusQuote:
        """Set up bonuses by submission, in micro-units; nothing is paid yet."""
        payload: dict[str, object] = {
            "study_id": number,
            "csv_bonuses": bonus_csv(amounts, currency),
        }
        return read_quote(self._post("submissions/bonus-payments/", payload), currency)

    def pay_bonuses(self, number: str) -> HttpResult:
        """Pay bonuses that were set up. Call it once only: a second call pays again."""
        return self._send(f"bulk-bonus-payments/{number}/pay/", {})

    def _post(self, path: str, payload: dict[str, object]) -> str:
        return _checked(self._send(path, payload))

    def _send(self, path: str, payload: dict[str, object]) -> HttpResult:
        body = json.dumps(payload, ensure_ascii=False).encode()
        headers = {**self._headers, "Content-Type": "application/json"}
        inside = settings.WEBHOOKS_INSIDE
        return post(self._root + path, body, headers, inside=inside, limits=LIMITS)

    def _get(self, path: str) -> str:
        inside = settings.WEBHOOKS_INSIDE
        return _checked(get(self._root + path, self._headers, LIMITS, inside=inside))

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Token {self._token}", "User-Agent": "Canut-Prolific/1"}


def _checked(reply: HttpResult) -> str:
    """Return the text of a reply.

    Raises:
        Conflict: ``prolific-access``, ``prolific-refused`` or ``prolific-silent``.
    """
    if not reply.error:
        return reply.response
    if reply.code in NO_ACCESS:
        raise Conflict("Prolific does not accept the token", code="prolific-access")
    if reply.code:
        why = read_fault(reply.response) or str(reply.code)
        raise Conflict(f"Prolific refused: {why}", code="prolific-refused", why=why)
    raise Conflict(f"Prolific gave no answer: {reply.error}", code="prolific-silent")
