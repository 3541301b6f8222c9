"""The errors of the requester interface, in the words that old programs look for.

A program reads the type of an error, its ``TurkErrorCode`` and often its message. The phrases in
this module are therefore part of the interface. What Mechanical Turk did not have gets a code that
begins with ``Canut.``.
"""

from collections.abc import Iterable

REQUEST = "RequestError"
FAULT = "ServiceFault"
INVALID = "ValidationException"
AMAZON, CANUT = "AWS.MechanicalTurk.", "Canut."


class TurkError(Exception):
    """A request that is refused, as the interface says it.

    Args:
        kind: the type of the error, ``RequestError`` for those an operation declares.
        message: the words, without the moment that ends each of them.
        code: the ``TurkErrorCode``; empty where the type has none.
        status: of HTTP.
    """

    def __init__(self, kind: str, message: str, code: str = "", status: int = 400) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.code = code
        self.status = status


def request_error(code: str, message: str) -> TurkError:
    """Return an error of a request, with a code Mechanical Turk had."""
    return TurkError(REQUEST, message, AMAZON + code)


def canut_error(code: str, message: str) -> TurkError:
    """Return an error that only a rule of Canut raises."""
    return TurkError(REQUEST, message, CANUT + code)


def invalid(message: str) -> TurkError:
    """Return the error of a member that is missing or cannot be meant."""
    return TurkError(INVALID, message)


def not_offered(what: str, instead: str) -> TurkError:
    """Return the error of something this interface does not do, and what to do instead."""
    return canut_error("NotOffered", f"{what} is not offered here. {instead}")


def missing(sort: str, public_id: str) -> TurkError:
    """Return the error of an id that is unknown, or another requester's.

    Args:
        sort: ``HIT``, ``Assignment``, ``QualificationType``, ``Worker`` or another kind of id.
        public_id: as it was sent.

    Example:
        >>> missing("HIT", "3ABC").message
        'Hit 3ABC does not exist.'
    """
    name = "Hit" if sort == "HIT" else sort
    return request_error(f"{sort}DoesNotExist", f"{name} {public_id} does not exist.")


def wrong_hit_state(state: str, allowed: Iterable[str]) -> TurkError:
    """Return the error of a HIT in a state that the operation does not take."""
    return request_error(
        "InvalidHITState",
        f"This HIT is currently in the state '{state}'. This operation can be called with a "
        f"status of: {', '.join(allowed)}",
    )


def wrong_assignment_state(*allowed: str) -> TurkError:
    """Return the error of an assignment in a state that the operation does not take."""
    return request_error(
        "InvalidAssignmentState",
        f"This operation can be called with a status of: {','.join(allowed)}",
    )


def with_moment(message: str, now_ms: int) -> str:
    """Return a message as it is sent: each ends in the milliseconds since 1970.

    Example:
        >>> with_moment("Hit 3A does not exist.", 7)
        'Hit 3A does not exist. (7)'
    """
    return f"{message} ({now_ms})"


def body_of(error: TurkError, now_ms: int) -> dict[str, str]:
    """Return the JSON body of an error."""
    body = {"__type": error.kind, "Message": with_moment(error.message, now_ms)}
    return body | ({"TurkErrorCode": error.code} if error.code else {})
