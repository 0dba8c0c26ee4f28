"""One endpoint that speaks OpenAI's `chat.completions`: its connections, one request at a time, failures by name.

In: a request body. Out: the reply, or what went wrong (failures.py). It neither waits nor retries. No telemetry.

The SDK says where to, with which key and headers, and makes the calls of the Batch API. Completions go by the
same aiohttp transport without the SDK's layers over it (typed options, a httpx request and response, redirects,
cookies): measured in `benchmarks/teacher.py`, they take two thirds of the processor time of a request, and cap
what one core can keep in flight. A test holds what is sent against what the SDK sends.
"""

import asyncio
import os
import urllib.parse
import urllib.request
from types import TracebackType

import aiohttp
import httpx2
import openai

from generation.settings import Settings
from generation.teachers.failures import Passing, TeacherFault, name_failure
from generation.teachers.reply import Reply, read_reply

CONNECT_TIMEOUT_S = 30.0
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ClientProxyConnectionError, aiohttp.ConnectionTimeoutError)
_WRONG_ADDRESS = (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError, aiohttp.TooManyRedirects)


def find_key(settings: Settings) -> str:
    """Return the key to send, "none" to an endpoint of one's own; TeacherFault where one is needed and not set."""
    key = os.environ.get("OPENAI_API_KEY", "").strip() or ("none" if settings.base_url else "")
    if not (key.isascii() and key.isprintable()):
        raise TeacherFault("OPENAI_API_KEY holds more than a key (signs beyond ASCII, or a second line); set it again")
    if not key:
        raise TeacherFault(f"{settings.teacher} needs OPENAI_API_KEY; set it, or take --teacher embedded")
    return key


def open_client(settings: Settings, concurrency: int) -> openai.AsyncOpenAI:
    """Return the SDK's client on the aiohttp transport; TeacherFault without a key."""
    key = find_key(settings)
    limits = httpx2.Limits(max_connections=concurrency + 8, max_keepalive_connections=concurrency + 8)
    timeout = httpx2.Timeout(None, connect=CONNECT_TIMEOUT_S)  # how long a reply may take is the caller's to say
    try:
        return openai.AsyncOpenAI(
            api_key=key,
            base_url=settings.base_url or None,
            max_retries=0,  # retried by the caller, where pauses are shared
            timeout=timeout,
            http_client=openai.DefaultAioHttpClient(limits=limits, timeout=timeout),
        )
    except (httpx2.InvalidURL, ValueError) as error:
        raise TeacherFault(f"no address to ask ({error}); check --base-url, OPENAI_BASE_URL and HTTP_PROXY") from None
    except OSError as error:
        raise TeacherFault(f"no certificates to trust ({error}); check SSL_CERT_FILE and SSL_CERT_DIR") from None


class Endpoint:
    """Open connections, as many as the concurrency asks for; use as an async context manager."""

    def __init__(self, settings: Settings, concurrency: int):
        client = open_client(settings, concurrency)
        self.url = f"{str(client.base_url).rstrip('/')}/chat/completions"
        self._headers = read_headers(client)
        self._concurrency = concurrency
        self._proxy = find_proxy(self.url)

    async def __aenter__(self) -> "Endpoint":
        trust = httpx2.create_ssl_context() if self.url.startswith("https:") else True  # the SDK's; True: aiohttp's own
        connector = aiohttp.TCPConnector(limit=self._concurrency + 8, ssl=trust)
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT_S),
        )
        return self

    async def __aexit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._session.close()

    async def send(self, body: bytes, limit: asyncio.Timeout) -> Reply:
        """Return the reply to one request; raises one of the failures.

        limit: entered here; whoever holds it may end the request by moving it.
        """
        try:
            async with limit, self._session.post(self.url, data=body, proxy=self._proxy) as response:
                content = await response.read()
        except aiohttp.ClientConnectorCertificateError as error:
            why = " ".join(str(error.certificate_error).split())[:150]
            raise TeacherFault(
                f"{self.url} shows no trusted certificate ({why}); name its issuer in SSL_CERT_FILE"
            ) from None
        except _NEVER_SENT as error:
            raise Passing(str(error), billed=False, answered=False) from None
        except _WRONG_ADDRESS as error:
            raise TeacherFault(f"{self.url} is no address to ask; check --base-url ({error})") from None
        except TimeoutError:
            raise Passing("no answer in time", billed=True, answered=False) from None
        except (aiohttp.ClientError, OSError) as error:  # cut off, or no HTTP
            raise Passing(str(error) or type(error).__name__, billed=True, answered=False) from None
        if response.status != 200:
            raise name_failure(response.status, response.headers, content)
        return read_reply(content, response.headers)


def read_headers(client: openai.AsyncOpenAI) -> dict[str, str]:
    """Return what the SDK would send with a request, without what it tells about this machine (x-stainless-*)."""
    headers = client.default_headers | client.auth_headers
    return {
        name: value
        for name, value in headers.items()
        if isinstance(value, str) and not name.lower().startswith("x-stainless-")
    }


def find_proxy(url: str) -> str | None:
    """Return the HTTP proxy that the environment names for an address, as every other tool reads it."""
    place = urllib.parse.urlsplit(url)
    if urllib.request.proxy_bypass(place.hostname or ""):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(place.scheme) or proxies.get("all") or ""
    return proxy if proxy.startswith("http") else None
