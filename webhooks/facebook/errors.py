"""Meta's error codes as data (Send API, list of June 2026 and what was seen in production).

A row is found by code and subcode, else by the code alone. What concerns the page or the
application, not the message, is for the operator: the message must not be lost.
"""

from datetime import timedelta
from typing import Any

from webhooks.calls import Reply
from webhooks.failures import UNLISTED, Failure, FailureKind, by_status
from webhooks.reading import as_number, as_object, find_header, read_json

_RETRY, _REFUSED = FailureKind.RETRY, FailureKind.REFUSED
_WINDOW, _OPERATOR, _UNCLEAR = FailureKind.WINDOW, FailureKind.OPERATOR, FailureKind.UNCLEAR
_SOON, _LATER = timedelta(seconds=30), timedelta(minutes=15)
_PAUSE = timedelta(minutes=5)

FAILURES: dict[tuple[int, int | None], Failure] = {
    (-1, None): Failure(_RETRY, "internal error"),
    (1, None): Failure(_RETRY, "unknown error, often a missing permission", _SOON),
    (1, 1357046): Failure(_UNCLEAR, "unreadable answer inside Meta, the message was sent"),
    (2, None): Failure(_RETRY, "service error"),
    (2, 2018344): Failure(_REFUSED, "terms for custom labels not accepted", alert=True),
    (3, None): Failure(_REFUSED, "application lacks the capability", alert=True),
    (4, None): Failure(_RETRY, "request limit of the application", _PAUSE),
    (9, 2018352): Failure(_REFUSED, "limit of opt-in requests"),
    (10, None): Failure(_OPERATOR, "permission missing, or the application is not live"),
    (10, 2018278): Failure(_WINDOW, "outside the 24 hour window"),
    (10, 2018065): Failure(_WINDOW, "outside the 24 hour window"),
    (10, 2534022): Failure(_WINDOW, "outside the 24 hour window"),
    (10, 2018108): Failure(_REFUSED, "person cannot receive messages now"),
    (10, 1893063): Failure(_OPERATOR, "page temporarily restricted"),
    (10, 1893015): Failure(_REFUSED, "person stopped the topic"),
    (10, 1404170): Failure(_REFUSED, "page restricted from opt-ins"),
    (10, 2018336): Failure(_REFUSED, "European restriction of the conversation"),
    (17, None): Failure(_RETRY, "request limit of the user", _PAUSE),
    (32, None): Failure(_RETRY, "request limit of the page", _PAUSE),
    (100, None): Failure(_REFUSED, "bad parameter", alert=True),
    (100, 33): Failure(_REFUSED, "object missing or not permitted", alert=True),
    (100, 1893061): Failure(_REFUSED, "message tag no longer exists", alert=True),
    (100, 2018001): Failure(_REFUSED, "no such user at this page"),
    (100, 2018008): Failure(_RETRY, "address of a file not reachable", _SOON),
    (100, 2018294): Failure(_RETRY, "video took too long", _SOON),
    (100, 2018218): Failure(_REFUSED, "person has no profile"),
    (100, 2018292): Failure(_REFUSED, "comment does not exist"),
    (100, 2534025): Failure(_REFUSED, "comment takes no private reply"),
    (100, 2534037): Failure(_RETRY, "another application owns the conversation", _LATER),
    (190, None): Failure(_OPERATOR, "page token invalid, expired or revoked"),
    (200, None): Failure(_OPERATOR, "application not live or without messaging permission"),
    (200, 2018021): Failure(_REFUSED, "no permission to match phone numbers"),
    (200, 2018027): Failure(_REFUSED, "no permission to match phone numbers"),
    (200, 1545041): Failure(_REFUSED, "person is not available"),
    (230, None): Failure(_OPERATOR, "messaging permission not granted"),
    (368, None): Failure(_OPERATOR, "temporarily blocked for policy violations"),
    (546, None): Failure(_REFUSED, "file type not allowed"),
    (551, None): Failure(_REFUSED, "person is not available"),
    (613, None): Failure(_RETRY, "calls too fast", _PAUSE),
    (613, 2018338): Failure(_REFUSED, "too many tagged messages to this person"),
    (613, 1893016): Failure(_REFUSED, "opt-in was already requested"),
    (1200, None): Failure(_RETRY, "temporary send failure"),
    (2022, None): Failure(_OPERATOR, "feature blocked after a violation"),
    (10303, None): Failure(_REFUSED, "bad token for account linking"),
    (10900, None): Failure(_REFUSED, "comment already has its private reply"),
    (10902, None): Failure(_REFUSED, "comment takes no private reply"),
    (10903, None): Failure(_REFUSED, "comment takes no private reply"),
    (80001, None): Failure(_RETRY, "business limit of the page", _PAUSE),
    (80002, None): Failure(_RETRY, "business limit of Instagram", _PAUSE),
    (80006, None): Failure(_RETRY, "business limit of Messenger", _PAUSE),
    (2018171, None): Failure(_REFUSED, "role for hand-over missing", alert=True),
    (2018218, None): Failure(_REFUSED, "person has no profile"),
    (2018234, None): Failure(_REFUSED, "role for hand-over missing", alert=True),
    (2018247, None): Failure(_REFUSED, "profile may not be read"),
    (2018300, None): Failure(_REFUSED, "another application controls the conversation", alert=True),
    (2018321, None): Failure(_RETRY, "Messenger's own questions hold the conversation", _LATER),
    (9000001, None): Failure(_REFUSED, "message deleted"),
}
#: Codes after which each further call makes the block longer: nothing is sent until it ends.
PAUSING = frozenset({4, 17, 32, 613, 80001, 80002, 80006})
_TRANSIENT = Failure(_RETRY, "marked as transient by Meta")
_USAGE = "X-Business-Use-Case-Usage"


def find_failure(reply: Reply) -> tuple[Failure, str] | None:
    """What went wrong and under which code (`10/2018278`); None when Meta took the message."""
    error = as_object((reply.body or {}).get("error"))
    code, subcode = _integer(error.get("code")), _integer(error.get("error_subcode"))
    if code is None:
        return _without_code(reply)
    name = f"{code}/{subcode}" if subcode else str(code)
    known = FAILURES.get((code, subcode)) or FAILURES.get((code, None))
    if known:
        return known, name
    is_passing = bool(error.get("is_transient")) or by_status(reply.status).kind is _RETRY
    return (_TRANSIENT if is_passing else UNLISTED), name


def _without_code(reply: Reply) -> tuple[Failure, str] | None:
    ids = reply.body and (reply.body.get("message_id") or reply.body.get("recipient_id"))
    if ids and "error" not in (reply.body or {}):
        return None
    failure = by_status(reply.status)
    if failure.kind is FailureKind.REFRESH:  # page tokens cannot be refreshed by us
        failure = FAILURES[190, None]
    return failure, f"http_{reply.status}"


def find_pause(reply: Reply, failure: Failure) -> timedelta | None:
    """How long nothing may be sent; None when the failure is no limit on calls."""
    code = _integer(as_object((reply.body or {}).get("error")).get("code"))
    if code not in PAUSING or failure.kind is not _RETRY:
        return None
    told = _regain_time(reply)
    return max(told, _PAUSE) if told else _PAUSE


def _regain_time(reply: Reply) -> timedelta | None:
    """The longest `estimated_time_to_regain_access` of the usage header, which is in minutes."""
    usage = as_object(read_json(find_header(reply.headers, _USAGE).encode("utf-8", "replace")))
    minutes = [
        as_number(as_object(item).get("estimated_time_to_regain_access")) or 0
        for items in usage.values()
        for item in (items if isinstance(items, list) else [])
    ]
    longest = min(max(minutes, default=0), 24 * 60)
    return timedelta(minutes=longest) if longest > 0 else None


def _integer(value: Any) -> int | None:
    number = as_number(value)
    return int(number) if number is not None else None
