"""An address of a watched host -> what lies there, asked for as a guest asks.

Only the hosts of songngu.toml are asked, at addresses of the public network, as their robots.txt (RFC 9309) allows, a
second or more between two requests, and only for what has changed since it was taken (RFC 9110). A server that asks
to be left alone is.
"""

from __future__ import annotations

import errno
import ipaddress
import re
import socket
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from pipeline.errors import SourceError
from pipeline.fetch import TIMEOUT, Answer, ask, content, quoted
from pipeline.settings import Sources
from pipeline.watch.memory import Memory

AGENT = "songngu"  # the product token of robots.txt
BETWEEN = 1.0  # seconds, at least, between two requests to a host
LONGEST_DELAY = 30.0  # seconds: more than that between two requests (Crawl-delay) is not waited
PAUSE = timedelta(minutes=10)  # where a server that wants to be left alone does not say how long
LONGEST_PAUSE = timedelta(days=1)  # a wrong Retry-After does not silence a source for ever
_TRIES = 2
_LARGEST_ROBOTS = 500 * 1024  # bytes that are read of it (RFC 9309, 2.5)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Resolve = Callable[[str, int], Iterable[str]]


class Visited(NamedTuple):
    """What lies at an address: its bytes, where they lay in the end, media type and validators as the server says."""

    data: bytes
    address: str
    media: str
    etag: str
    modified: str


class Unchanged(NamedTuple):
    """What lies at an address is what was taken before."""

    address: str


class Visitor:
    """Fetches from the hosts of `sources`; `now` and `sleep` (seconds) are the world's clock.

    `resolve` gives a host's IP addresses. No proxy of the environment is used: what it would connect to could not be
    checked.
    """

    def __init__(
        self,
        sources: Sources,
        memory: Memory,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        resolve: Resolve | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self.memory = memory
        self.now = now
        self._sleep = sleep
        self._resolve = resolve or _resolved
        self._timeout = timeout
        self._private = sources.private
        self._hosts = {_host(page) for page in sources.pages} | {_host(f"//{host}") for host in sources.hosts} - {""}
        self._robots: dict[str, Robots] = {}
        self._last: dict[str, datetime] = {}

    def get(self, address: str) -> Visited | Unchanged:
        """Address -> what lies there, unless it is what was taken before. Raises SourceError, one line.

        It is kept by nobody here: `Memory.taken`, `Memory.read` are told once it is safe.
        """
        answer = self._ask(address, self._prepare)
        if answer.status == 304 and self.memory.known(answer.address):
            return Unchanged(answer.address)
        headers = answer.headers
        return Visited(*content(address, answer), headers.get("ETag", ""), headers.get("Last-Modified", ""))

    def _ask(self, address: str, prepare: Callable[[str], Mapping[str, str]]) -> Answer:
        answer = ask(address, self._timeout, prepare=prepare, dial=self._dial, tries=_TRIES)
        if answer.status in (429, 503):
            until = self.now() + retry_after(answer.headers.get("Retry-After", ""), self.now())
            self.memory.pause(_host(answer.address), until)
            raise SourceError(f"{address}: the server answers {answer.status}: it is left alone until {_told(until)}")
        return answer

    def _prepare(self, address: str) -> dict[str, str]:
        self._enter(address)
        robots = self._robots_of(address)
        if not robots.allows(address):
            raise SourceError(f"{address}: not asked for: {robots.why}")
        self._wait(address, robots.delay)
        known = self.memory.known(address)
        validators = {"If-None-Match": known.etag, "If-Modified-Since": known.modified} if known else {}
        return {name: value for name, value in validators.items() if value}

    def _prepare_robots(self, address: str) -> dict[str, str]:
        self._enter(address)
        self._wait(address, BETWEEN)
        return {}

    def _enter(self, address: str) -> None:
        """Raise SourceError for an address that is not to be asked at all, or not now."""
        parts = urlsplit(address)
        if parts.username is not None or _host(address) not in self._hosts:
            raise SourceError(
                f"{address}: not asked for: {parts.netloc} is none of the hosts of sources.pages and sources.hosts"
            )
        until = self.memory.paused(_host(address))
        if until is not None and until > self.now():
            raise SourceError(f"{address}: not asked for: the server is left alone until {_told(until)}, as it wants")

    def _wait(self, address: str, seconds: float) -> None:
        host = _host(address)
        if host in self._last:
            left = seconds - (self.now() - self._last[host]).total_seconds()
            if left > 0:
                self._sleep(min(left, seconds))  # a clock that was set back makes no longer wait
        self._last[host] = self.now()

    def _robots_of(self, address: str) -> Robots:
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            self._robots[origin] = self._read_robots(f"{origin}/robots.txt")
        return self._robots[origin]

    def _read_robots(self, address: str) -> Robots:
        try:
            answer = self._ask(address, self._prepare_robots)
        except SourceError as e:
            return Robots(NOTHING, BETWEEN, f"{address} cannot be read now: {str(e).removeprefix(f'{address}: ')}")
        if 400 <= answer.status < 500:
            return Robots((), BETWEEN)
        if not 200 <= answer.status < 300:
            return Robots(NOTHING, BETWEEN, f"{address} cannot be read now: the server answers {answer.status}")
        return read_robots(answer.data[:_LARGEST_ROBOTS].decode("utf-8", "replace"))

    def _dial(self, host: str, port: int, timeout: float | None) -> socket.socket:
        """Connect to the very address that was checked: a name that is resolved twice may mean another."""
        failed: OSError = socket.gaierror(socket.EAI_NONAME, "no address")
        for ip in dict.fromkeys(self._resolve(host, port)):
            try:
                if not self._private and not is_public(ip):
                    why = f"{host} is {ip}, no address of the public network (sources.private allows it)"
                    raise PermissionError(errno.EACCES, why)
                return socket.create_connection((ip, port), timeout)
            except OSError as e:
                failed = e
        raise failed


def _resolved(host: str, port: int) -> list[str]:
    return [str(known[4][0]) for known in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


_SPECIAL = [ipaddress.ip_network(n) for n in ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20", "5f00::/16")]


def is_public(ip: str) -> bool:
    """Whether an IP address is one of the public network, and an IPv4 address that an IPv6 one stands for is."""
    address = ipaddress.ip_address(ip)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        address = inner or address
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or _is_special(address))


def _is_special(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Ranges of IANA's registries for special purposes that older Pythons take for public ones."""
    return any(address in network for network in _SPECIAL if network.version == address.version)


def _host(address: str) -> str:
    """Address -> host in lower-case ASCII, with its port where that is none of HTTP's own; empty where it has none."""
    try:
        parts = urlsplit(quoted(address))
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    return host if port in (None, 80, 443) else f"{host}:{port}"


def retry_after(value: str, now: datetime) -> timedelta:
    """The field Retry-After (RFC 9110, 10.2.3) -> how long from now; what cannot be read is a short while."""
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return min(timedelta(seconds=int(value)), LONGEST_PAUSE)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return PAUSE
    until = until.replace(tzinfo=until.tzinfo or UTC)
    return min(max(until - now, timedelta()), LONGEST_PAUSE)


def _told(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


# --- robots.txt ---------------------------------------------------------------------------

Rule = tuple[str, bool]  # a pattern, and whether it allows
NOTHING: tuple[Rule, ...] = (("/", False),)
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_KEPT = "%/:=&?~#+!$,;'@()*[]"  # everything that has a meaning in an address or a pattern


class Robots(NamedTuple):
    """What a host allows this program; `delay`: seconds between two requests, `why`: what to say of a refusal."""

    rules: tuple[Rule, ...]
    delay: float
    why: str = "the host's robots.txt does not allow it"

    def allows(self, address: str) -> bool:
        """Whether an address may be asked for: the longest rule that matches says it, of equals one that allows."""
        parts = urlsplit(address)
        path = _normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        matching = [(len(pattern), allows) for pattern, allows in self.rules if _matches(pattern, path)]
        return max(matching, default=(0, True))[1]


def read_robots(text: str) -> Robots:
    """robots.txt -> what it says to this program: its own groups, else those of all (*). Any text can be read."""
    groups: dict[str, list[tuple[str, str]]] = {}
    agents: list[str] = []
    begun = False  # a rule of the group has been read: the next agent opens another
    for line in re.split("[\r\n]+", text.removeprefix("\ufeff")):
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().casefold(), value.strip()
        if key == "user-agent" and colon:
            agents = [*([] if begun else agents), _product(value)]
            begun = False
            groups.setdefault(agents[-1], [])
        elif key in ("allow", "disallow", "crawl-delay"):
            begun = True
            for agent in dict.fromkeys(agents):
                groups[agent].append((key, value))
    said = groups.get(AGENT, groups.get("*", []))
    delays = [float(value) for key, value in said if key == "crawl-delay" and re.fullmatch(r"\d{1,6}(\.\d*)?", value)]
    rules = tuple((_normal(value), key == "allow") for key, value in said if key != "crawl-delay" and value)
    return Robots(rules, min(max([BETWEEN, *delays]), LONGEST_DELAY))


def _product(value: str) -> str:
    """The product token of a User-Agent line: "songngu" of "Songngu/1.0"."""
    match = re.match(r"\*|[A-Za-z_-]+", value)
    return match[0].casefold() if match else ""


def _normal(path: str) -> str:
    """A path or pattern with octets written one way: percent-encoded unless they need not be (RFC 9309, 2.2.2)."""

    def one(match: re.Match[str]) -> str:
        char = chr(int(match[1], 16))
        return char if _UNRESERVED.fullmatch(char) else match[0].upper()

    return _PERCENT.sub(one, quote(path, _KEPT))


def _matches(pattern: str, path: str) -> bool:
    """Whether a path begins as a pattern says: `*` is anything, `$` at its end the path's end. Takes linear time."""
    ends = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    if not others:
        return not ends or path == first
    at = len(first)
    last = others.pop() if ends else ""
    for part in others:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return not ends or (len(path) - len(last) >= at and path.endswith(last))
