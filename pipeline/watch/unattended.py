"""What is new -> built, judged, archived, published, sent: each step recorded, each article apart from the others."""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from pipeline.archive.objects import digest
from pipeline.archive.parcel import read_folder
from pipeline.archive.reading import ArchiveHistory, opened
from pipeline.archive.schema import INDEX
from pipeline.archive.writing import Writer
from pipeline.dataset import ARTICLE
from pipeline.deliver.issue import make_issue
from pipeline.deliver.ledger import STATES, State
from pipeline.deliver.post import Post, opened_post
from pipeline.deliver.sending import Clock
from pipeline.deliver.subscribers import read_subscribers
from pipeline.errors import ArchiveError, BusyError, NotAnArticle, SettingsError, SongnguError, SourceError, StoreError
from pipeline.fetch import Fetched
from pipeline.read import read_article
from pipeline.settings import Settings
from pipeline.store import write_run
from pipeline.watch.deciding import pending, waiting
from pipeline.watch.finding import Trouble, find
from pipeline.watch.gate import gate
from pipeline.watch.journal import Entry, Journal, opened_journal
from pipeline.watch.journal import State as ArticleState
from pipeline.watch.memory import Found, opened_memory
from pipeline.watch.polite import Visitor
from pipeline.watch.report import Event
from pipeline.workshop import Workshop, workshop

_LEFT: tuple[State, ...] = ("queued", "deferred")  # states of a message that a later run goes on with
_TROUBLE: tuple[State, ...] = ("rejected", "unknown", *_LEFT)  # states that a person should know of


@dataclass
class Round:
    """One run with its settings. `tell` is given every event; `held` keeps an interrupt waiting meanwhile."""

    settings: Settings
    journal: Journal
    clock: Clock
    tell: Callable[[Event], None]
    held: Callable[[], AbstractContextManager[None]] = nullcontext
    status: int = field(default=0, init=False)  # the process's: 1 where a person should look, else the worst error's

    def run(self) -> None:
        """Notice, build, publish and send all that is new or was left by a run that died."""
        with self._apart("sources"):
            self._notice()
        self.go_on()
        with self._apart("schedule"):
            self._missing()

    def go_on(self) -> None:
        """Everything but noticing."""
        for entry in self.journal.entries("built", "approved"):
            with self._apart(entry.brief):
                self._archive(entry)
        for entry in self.journal.entries("found"):
            with self._apart(entry.name):
                self._build(entry)
        self._publish(self.journal.entries("archived"))
        with self._apart("mail"):
            self._send(self.journal.entries("published"))
        if pending(self.journal):
            self.status = self.status or 1

    # --- steps ----------------------------------------------------------------------------

    def _notice(self) -> None:
        sources, days = self.settings.sources, self.settings.schedule.days
        if days and self.clock.now().astimezone().day not in days:
            sources = replace(sources, pages=())
        with opened_memory(self.settings.folders.state) as memory:
            visitor = Visitor(sources, memory, self.clock.now, self.clock.sleep)
            for found in find(sources, visitor, self._shop.glossary, self._seen):
                if isinstance(found, Trouble):
                    self._trouble(found.name, found.why)
                    continue
                text, month = self._article(found)
                if text not in self._archived and not self.journal.knows_article(found.name, text):
                    self.journal.found(found, text, month, self._stamp())
                    self._tell("noticed", found.name, bytes=len(found.data))
                memory.taken(found)

    def _article(self, found: Found) -> tuple[str, str]:
        """The digest of the article alone, and its month; nothing for what cannot be read: the build says why."""
        try:
            article = read_article(found.data, found.name, self._shop.glossary, found.media)
        except SourceError:
            return "", ""
        return digest(article.text.encode()), article.period.month

    def _seen(self, source: str) -> bool:
        return self.journal.knows(source) or source in self._archived

    @cached_property
    def _archived(self) -> frozenset[str]:
        """The digests of the sources and articles of the archive's current briefs, as the run begins."""
        if not (self.settings.folders.archive / INDEX).exists():
            return frozenset()
        with opened(self.settings.folders.archive) as archive:
            return frozenset(d for e in archive.entries() for d in (e.source, archive.files(e)[ARTICLE][0]))

    @cached_property
    def _shop(self) -> Workshop:
        return workshop(self.settings.brief, lambda text: self._trouble("workshop", text))

    def _build(self, entry: Entry) -> None:
        """Build and judge; what goes through is archived at once, for the next month's brief shows it."""
        source = Fetched(self.journal.data(entry), entry.name, entry.media)
        try:
            results = self._shop.build(source, ArchiveHistory(self.settings.folders.archive, entry.source))
        except NotAnArticle as e:
            self.journal.set(entry, "passed", self._stamp(), why=str(e))
            self._tell("passed", entry.name, str(e))
            return
        except SourceError as e:
            self._trouble(entry.name, str(e))
            self.journal.set(entry, "failed", self._stamp(), why=str(e))
            return
        brief, folder = results.brief.slug, self.journal.folder(entry)
        write_run(folder.parent, folder.name, results.files, self.held)
        reasons = gate(results, self.settings.gate, self.clock.now().date())
        reasons += waiting(self.journal, entry, brief)
        self._tell("built", brief, entry.name, area=results.article.area, figures=len(results.extraction.observations))
        state: ArticleState = "held" if reasons else "built"
        entry = self.journal.set(entry, state, self._stamp(), brief=brief, why="\n".join(reasons))
        if reasons:
            self._tell("held", brief, "\n".join(reasons))
        else:
            self._archive(entry)

    def _archive(self, entry: Entry) -> None:
        folder = self.journal.folder(entry)
        if not folder.is_dir():  # somebody has cleared up: built and judged once more
            self._build(self.journal.set(entry, "found", self._stamp()))
            return
        parcel = read_folder(folder)
        if parcel.source != entry.source:
            raise ArchiveError(f"{folder}: is of another article than {entry.name}")
        added = Writer(self.settings.folders.archive, self._shop.glossary, self.clock.now).add(parcel)
        self.journal.set(entry, "archived", self._stamp())
        self._tell("archived", entry.brief, f"edition {added.edition}", edition=added.edition)

    def _publish(self, entries: list[Entry]) -> None:
        """The site, where there is one; if it fails, the mails go all the same and the next run writes it."""
        due = self.settings.folders.state / "site-is-due"
        if entries:
            due.touch()
        if due.exists():
            with self._apart("site"):
                self._publish_site()
                due.unlink(missing_ok=True)
        for entry in entries:
            self.journal.set(entry, "published", self._stamp())

    def _publish_site(self) -> None:
        folders = self.settings.folders
        if folders.site is None or not (folders.archive / INDEX).exists():
            return
        from pipeline.archive.site import build_site  # noqa: PLC0415  # templates: a heavy import

        with opened(folders.archive) as archive:
            done = build_site(archive, self._shop.glossary, self._shop.theme, folders.site, folders.base_url)
        self._tell("site", str(folders.site), f"{done.pages} pages, {done.written} files written", pages=done.pages)

    def _send(self, entries: list[Entry]) -> None:
        mail = self.settings.mail
        if not mail.subscribers.exists():
            if mail.sender:
                raise SettingsError(f"{mail.subscribers}: there are no subscribers")
            return  # nobody is to be sent anything
        if not read_subscribers(mail.subscribers):
            return  # who comes later gets what is still news then
        news = [entry for entry in entries if self._is_news(entry)]
        if not news:
            return
        with opened_post(self.settings, self.clock, self.held, self._waiting) as post:
            for entry in news[:-1]:  # nobody waits for a message of another brief that a server defers
                with self._apart(entry.brief):
                    self._send_one(post, entry, wait=False)
            for entry in [e for e in news if e.source in {o.source for o in self.journal.entries("published")}]:
                with self._apart(entry.brief):
                    self._send_one(post, entry, wait=True)

    def _send_one(self, post: Post, entry: Entry, *, wait: bool) -> None:
        """A brief to who has not got it; one that takes another's place goes as a correction."""
        with opened(self.settings.folders.archive) as archive:
            brief, shop = archive.entry(entry.brief), self._shop
            corrected = brief.replaces is not None
            issue = make_issue(
                lambda name: archive.read(brief, name), entry.brief, shop.glossary, shop.theme, corrected=corrected
            )
        done = Counter(delivery.state for delivery in post(issue, wait=wait))
        left = Counter(d.state for d in post.send.ledger.deliveries(issue.name) if d.state in _TROUBLE)
        told = ", ".join(f"{done[state]} {state}" for state in STATES if done[state])
        self._tell(
            "sent",
            entry.brief,
            told or "nothing to send",
            **{str(state): count for state, count in done.items()},
        )
        if left and wait:
            told = ", ".join(f"{count} {state}" for state, count in left.items())
            self._trouble(entry.brief, f"{told}: `songngu send status` says who")
        if not any(left[state] for state in _LEFT):
            self.journal.set(entry, "sent", self._stamp())

    def _waiting(self, seconds: float, why: str) -> None:
        self._tell("waiting", self.settings.smtp.host, f"{seconds:.0f} s: {why}")

    def _is_news(self, entry: Entry) -> bool:
        """Whether a brief is new enough to be sent; one that is not is settled."""
        with opened(self.settings.folders.archive) as archive:
            year, month = map(int, archive.entry(entry.brief).month.split("-"))
        end = date(year + month // 12, month % 12 + 1, 1)
        if self.clock.now().date() - end <= timedelta(days=self.settings.mail.oldest):
            return True
        why = f"its month ended more than {self.settings.mail.oldest} days ago: kept, not sent"
        self.journal.set(entry, "sent", self._stamp(), why=why)
        self._tell("old", entry.brief, why)
        return False

    def _missing(self) -> None:
        """Tell which area that had reports of the two months before has none of last month, when it is late."""
        now, late = self.clock.now(), self.settings.schedule.late
        if not late or now.day < late or not (self.settings.folders.archive / INDEX).exists():
            return
        last, *before = (_month(now.year, now.month - n) for n in (1, 2, 3))
        with opened(self.settings.folders.archive) as archive:
            seen = {month: {e.area: e for e in archive.entries(period=month)} for month in (last, *before)}
        for area in sorted(set.intersection(*(set(seen[month]) for month in before)) - set(seen[last])):
            name = seen[before[0]][area].slug.removesuffix(before[0]) + last
            if not self.journal.knows_brief(name):  # one that is held or was rejected is known to a person
                self._trouble(area, f"no report of {last} has come; the last one is {seen[before[0]][area].slug}")

    def filled(self, folder: Path, added: int, there: int, left: Mapping[str, str]) -> None:
        """A back-fill has put articles into the archive: told, and published; nobody is sent old briefs."""
        for name, why in left.items():
            self._trouble(name, why)
        self._tell("filled", str(folder), f"{added} briefs added, {there} there already", added=added, there=there)
        with self._apart("site"):
            self._publish_site()

    # --- telling --------------------------------------------------------------------------

    @contextmanager
    def _apart(self, name: str) -> Iterator[None]:
        """What fails does not stop the rest; the next run tries it again."""
        try:
            yield
        except SongnguError as e:
            self._trouble(name, str(e), max(1, e.exit_status))
        except Exception as e:  # noqa: BLE001  # a mistake in this program must not stop the other articles and the mail
            self._trouble(name, f"a mistake in this program: {e!r:.300}")

    def _trouble(self, name: str, why: str, status: int = 1) -> None:
        self.status = max(self.status, status)
        self._tell("trouble", name, why.removeprefix(f"{name}: "))

    def decided(self, entry: Entry) -> None:
        """A person has let a brief go on, or rejected it: told."""
        self._tell(entry.state, entry.brief, entry.why)

    def note(self, text: str) -> None:
        """Something that a back-fill says meanwhile: told."""
        self._trouble("backfill", text)

    def _tell(self, kind: str, name: str, said: str = "", **facts: object) -> None:
        self.tell(Event(self.clock.now(), kind, name, said, facts))

    def _stamp(self) -> str:
        return self.clock.now().isoformat(timespec="seconds")


def _month(year: int, month: int) -> str:
    """A month counted from a year's first, which may lie before it -> its code."""
    count = year * 12 + month - 1
    return f"{count // 12}-{count % 12 + 1:02}"


@contextmanager
def opened_round(
    settings: Settings, clock: Clock, tell: Callable[[Event], None],
    held: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Iterator[Round]:  # fmt: skip
    """Settings -> a round, while no other works on its folder. Raises BusyError where one does, StoreError."""
    with opened_journal(settings.folders.state) as journal, _alone(settings.folders.state):
        yield Round(settings, journal, clock, tell, held)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The lock of a folder: the system lifts it when a process ends, however it ends."""
    try:
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as e:
        raise StoreError(f"{folder / 'lock'}: cannot be written: {e.strerror or e}") from e
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(f"{folder}: another run is at work") from None
        yield
    finally:
        os.close(handle)
