"""Calls to the Hub: again where that helps, one clear line where it does not.

In: a call as a function without arguments. Out: its result, after as many attempts as are allowed,
or a HubFault. It knows nothing of rounds; the call itself must read anew whatever may have changed.
"""

import os
import random
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from generation.faults import Fault
from generation.settings import is_address

if TYPE_CHECKING:
    from huggingface_hub import HfApi

T = TypeVar("T")

ATTEMPTS = 6
TIMEOUT_S = 120.0  # Source: the Hub's own proxies end a request after a minute; the client would wait for ever
MAX_WAIT_S = 60.0  # longest pause between attempts, even where Retry-After asks for more
# Source: 409 another commit is running, 412 the head moved, 429 too many requests; the others are the server's trouble.
RETRIED = frozenset({408, 409, 412, 425, 429, 500, 502, 503, 504})
HOME = "https://huggingface.co"
FULL = re.compile(r"storage|quota|too large|limit reached|exceed", re.IGNORECASE)


class HubFault(Fault):
    """The Hub cannot be used as asked; the message is one line that names the mend."""


def open_api(token_needed: bool) -> "HfApi":
    """Return the client for HF_ENDPOINT with the user's token, if there is one.

    Raises HubFault without a needed token, and offline.
    """
    endpoint = (os.environ.get("HF_ENDPOINT") or HOME).rstrip("/")
    if not is_address(endpoint):
        raise HubFault(f"HF_ENDPOINT must be an address such as {HOME}, not {endpoint!r}; mend or unset it")
    if endpoint != HOME:  # only the Hub itself is known to speak Xet; mirrors and stand-ins take plain LFS
        os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
    import huggingface_hub
    from huggingface_hub.utils import disable_progress_bars

    huggingface_hub.logging.set_verbosity_error()  # its own retries are no news
    disable_progress_bars()
    if huggingface_hub.constants.is_offline_mode():
        raise HubFault("HF_HUB_OFFLINE is set, so the Hub is out of reach; unset it, or build without --push")
    token = huggingface_hub.get_token()
    if token_needed and not token:
        raise HubFault("no Hub token: set HF_TOKEN to one that may write, or log in with: hf auth login")
    if token and not token.isascii():
        raise HubFault("the Hub token holds signs that no token has; set HF_TOKEN to the token alone")
    return huggingface_hub.HfApi(endpoint=endpoint, token=token or False)


def call(action: Callable[[], T], what: str) -> T:
    """Return what `action` returns; try again after a passing fault, at most ATTEMPTS times.

    what: completes "cannot …". Raises HubFault for a fault that stays or that another attempt cannot mend.
    """
    from huggingface_hub import get_session
    from huggingface_hub.errors import HfHubHTTPError

    http_error = HfHubHTTPError.__mro__[1]  # the HTTP library's base class, whichever library it is
    for attempt in range(1, ATTEMPTS + 1):
        get_session().timeout = TIMEOUT_S
        try:
            return action()
        except (http_error, OSError, RuntimeError, ValueError) as error:
            cause = _find_cause(error, http_error)
            if cause is None:
                raise
            if attempt == ATTEMPTS or not _may_pass(cause):
                raise HubFault(_explain(cause, what)) from error
            time.sleep(_pause_s(cause, attempt))
    raise AssertionError("unreachable")


def _find_cause(error: BaseException, http_error: type[Exception]) -> BaseException | None:
    """Return the Hub's or the network's error behind an exception; None where there is none (a fault of our own)."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, http_error | ConnectionError | TimeoutError):
            return link
        link = link.__cause__ or link.__context__
    made_by_client = type(error).__module__.split(".")[0] in ("huggingface_hub", "hf_xet", "json", "requests")
    from_hub = re.match(r"Invalid metadata in README|LFS batch API|Error while uploading|Data processing", str(error))
    return error if made_by_client or from_hub else None


def _may_pass(cause: BaseException) -> bool:
    status = _status(cause)
    if status is not None:
        return status in RETRIED
    return type(cause).__name__ != "OfflineModeIsEnabled" and not str(cause).startswith("Invalid metadata")


def _status(cause: BaseException) -> int | None:
    response = getattr(cause, "response", None)
    return getattr(response, "status_code", None)


def _pause_s(cause: BaseException, attempt: int) -> float:
    """Return the pause before the next attempt: Retry-After, else doubling, with jitter so that two pushers part."""
    asked = getattr(getattr(cause, "response", None), "headers", {}).get("Retry-After", "")
    wait_s = float(asked) if asked.isdigit() else 0.5 * 2**attempt
    return min(wait_s, MAX_WAIT_S) * random.uniform(1.0, 1.3)


def _explain(cause: BaseException, what: str) -> str:
    """Return one line for an error of the Hub or the network."""
    kind, status = type(cause).__name__, _status(cause)
    said = re.sub(r"\s+", " ", getattr(cause, "server_message", None) or "").strip()[:200]
    reasons = {
        "GatedRepoError": "it is gated: ask for access on its page, or choose another --repo-id",
        "DisabledRepoError": "it is disabled on the Hub; choose another --repo-id",
        "RepositoryNotFoundError": "no such dataset, or it is private and the token may not see it; "
        "check --repo-id and HF_TOKEN",
        "RevisionNotFoundError": "no such branch or tag; check --revision",
        "OfflineModeIsEnabled": "HF_HUB_OFFLINE is set; unset it",
    }
    if kind in reasons:
        reason = reasons[kind]
    elif status in (402, 413, 507) or (status == 403 and FULL.search(said)):
        reason = f"no room left ({said or status}); free some storage or choose another --repo-id"
    elif status == 401:
        reason = "the Hub does not accept the token; make a new one in the settings of the Hub and set HF_TOKEN"
    elif status == 403:
        reason = f"the token may not ({said or status}); use a token that may write there, or choose another --repo-id"
    elif status is not None and status in RETRIED:
        reason = f"the Hub answered {status} {ATTEMPTS} times ({said or kind}); run the same command again later"
    elif status is not None:
        reason = f"the Hub refused with {status} ({said or kind}); see https://status.huggingface.co"
    elif isinstance(cause, ValueError | RuntimeError):
        reason = re.sub(r"\s+", " ", str(cause))[:300] + "; run the same command again, or report it"
    else:
        reason = f"the Hub cannot be reached ({kind}); check the network and HF_ENDPOINT, then run the same command"
    return f"cannot {what}: {reason}"
