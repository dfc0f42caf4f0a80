"""Zalo's error codes as data: Official Account API and its variants, as of November 2026.

Account-level refusals (OA disabled, package too low, API not granted…) are for the operator:
the message itself is good and must not be lost.
"""

from datetime import timedelta

from webhooks.calls import Reply
from webhooks.failures import UNLISTED, Failure, FailureKind, Wait, by_status

_RETRY, _REFUSED = FailureKind.RETRY, FailureKind.REFUSED
_WINDOW, _OPERATOR, _REFRESH = FailureKind.WINDOW, FailureKind.OPERATOR, FailureKind.REFRESH
_SOON, _LATER = timedelta(seconds=30), timedelta(hours=1)

FAILURES: dict[int, Failure] = {
    -32: Failure(
        _RETRY, "rate limit of the application or the account", Wait.NEXT_MINUTE, whole_channel=True
    ),
    -100: Failure(_REFUSED, "attachment expired"),
    -200: Failure(_RETRY, "send failed", _SOON),
    -201: Failure(_REFUSED, "invalid parameter or unknown user", alert=True),
    -202: Failure(_REFUSED, "invalid MAC", alert=True),
    -204: Failure(_OPERATOR, "account disabled"),
    -205: Failure(_OPERATOR, "account does not exist"),
    -207: Failure(_OPERATOR, "account is not of a third party"),
    -208: Failure(_OPERATOR, "account has no secret key"),
    -209: Failure(_OPERATOR, "application not activated"),
    -210: Failure(_REFUSED, "parameter over its limit", alert=True),
    -211: Failure(_RETRY, "quota of the feature used up", Wait.NEXT_DAY, whole_channel=True),
    -212: Failure(_OPERATOR, "application has not registered this API"),
    -213: Failure(_REFUSED, "user does not follow the account"),
    -214: Failure(_RETRY, "article is still being processed", _SOON),
    -215: Failure(_OPERATOR, "invalid application id"),
    -216: Failure(_REFRESH, "access token invalid"),
    -217: Failure(_REFUSED, "user blocked the account's invitation"),
    -218: Failure(_RETRY, "this person's receive limit exceeded", Wait.NEXT_DAY),
    -219: Failure(_OPERATOR, "application removed or disabled"),
    -220: Failure(_REFRESH, "access token expired or removed"),
    -221: Failure(_OPERATOR, "account must be verified"),
    -222: Failure(_REFUSED, "user banned or away for 45 days"),
    -223: Failure(_OPERATOR, "account has not granted this API"),
    -224: Failure(_OPERATOR, "package of the account too low"),
    -227: Failure(_REFUSED, "user banned or away for 45 days"),
    -230: Failure(_WINDOW, "no interaction in 7 days"),
    -231: Failure(_WINDOW, "outside the consultation window"),
    -232: Failure(_WINDOW, "no interaction, or the last one expired"),
    -233: Failure(_REFUSED, "message type not supported", alert=True),
    -234: Failure(_RETRY, "this type is not sent between 22:00 and 06:00", Wait.MORNING),
    -235: Failure(_OPERATOR, "API not for this type of account"),
    -237: Failure(_REFUSED, "group expired"),
    -238: Failure(_REFUSED, "asset already used"),
    -240: Failure(_REFUSED, "old message API shut down", alert=True),
    -241: Failure(_REFUSED, "asset already used"),
    -242: Failure(_OPERATOR, "appsecret_proof invalid"),
    -244: Failure(_REFUSED, "user restricted this type of message"),
    -248: Failure(_REFUSED, "violates platform standards", alert=True),
    -249: Failure(_REFUSED, "template cannot be sent by user id", alert=True),
    -305: Failure(_WINDOW, "past 48 hours"),
    -311: Failure(_WINDOW, "replies of this window used up"),
    -320: Failure(_OPERATOR, "application must be linked to a Zalo Cloud Account"),
    -321: Failure(_RETRY, "Zalo Cloud Account has no money", _LATER, whole_channel=True),
    -403: Failure(_REFUSED, "account is not in the group"),
    -501: Failure(_REFUSED, "caller's address is not in Vietnam", alert=True),
    -1340: Failure(_REFUSED, "advertising form"),
    -1341: Failure(_REFUSED, "advertising form"),
    # Seen in production for a dead token, beside -216 and -220.
    401: Failure(_REFRESH, "access token invalid"),
    -401: Failure(_REFRESH, "access token invalid"),
    216: Failure(_REFRESH, "access token invalid"),
    3: Failure(_REFRESH, "access token invalid"),
    -124: Failure(_REFRESH, "access token invalid"),
}


def find_code(reply: Reply) -> int | None:
    """The `error` of the answer, which comes as number or as text; None when it is missing."""
    value = (reply.body or {}).get("error")
    try:
        return int(value) if isinstance(value, int | str) else None
    except ValueError:
        return None


def find_failure(reply: Reply) -> tuple[Failure, str] | None:
    """What went wrong and under which code; None when Zalo took the message."""
    code = find_code(reply)
    if code is None:
        return by_status(reply.status), f"http_{reply.status}"
    if code == 0:
        return None
    failure = FAILURES.get(code)
    if failure is None:
        at_status = by_status(reply.status)
        failure = at_status if at_status.kind is FailureKind.RETRY else UNLISTED
    return failure, str(code)
