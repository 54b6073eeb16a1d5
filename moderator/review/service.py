"""The handlers of the review page's requests."""

from __future__ import annotations

import asyncio
import sqlite3
from time import time

import msgspec
from starlette.responses import Response

from moderator.api.own.moderate import JSON, require_json
from moderator.api.reception import Call, Reception
from moderator.api.refusal import RefusalError
from moderator.feedback.person import person_hash
from moderator.feedback.sink import FeedbackSink
from moderator.metrics import Metrics
from moderator.records import Action
from moderator.review import requests
from moderator.review.claims import ClaimedText, Claims, Person
from moderator.review.database import Database
from moderator.review.decisions import Decisions, Done, Wanted
from moderator.review.follower import ReviewFollower
from moderator.review.queue import View, choices, page
from moderator.settings import Settings


class ReviewService(Reception):
    """What people ask for on the review page."""

    def __init__(
        self,
        settings: Settings,
        metrics: Metrics,
        database: Database,
        follower: ReviewFollower,
        sink: FeedbackSink,
    ) -> None:
        """Raises SettingsError if the tokens are refused."""
        super().__init__(settings, metrics)
        self._secret = settings.cache.secret.get_secret_value()
        self._database = database
        self._follower = follower
        self._claims = Claims(settings.review.lease_s)
        self._decisions = Decisions(settings, database, self._claims, sink, metrics)

    async def queue(self, call: Call) -> Response:
        """A page of the queue, and what can be filtered by."""
        view, start = requests.read_query(call.query)
        return _answer(await asyncio.to_thread(self._queue, call, view, start))

    async def next(self, call: Call) -> Response:
        """Claim the next text, or the one asked for."""
        request = self._request(requests.NextIn, call)
        person = self._person(call, request.tab)
        turn = await asyncio.to_thread(
            self._turn, person, request.view, key=request.key, again=request.again
        )
        return _answer(turn)

    async def decide(self, call: Call) -> Response:
        """Decide, and claim the next text."""
        request = self._request(requests.DecideIn, call)
        person = self._person(call, request.tab)
        action = Action(request.action)
        wanted = Wanted(request.key, request.id, action, request.once, request.note)
        outcome = await self._decisions.decide(person, wanted)
        return _answer(await asyncio.to_thread(self._turn, person, request.view, outcome))

    async def skip(self, call: Call) -> Response:
        """Leave a text to others, and claim the next."""
        request = self._request(requests.SkipIn, call)
        person = self._person(call, request.tab)
        turn = await asyncio.to_thread(self._turn, person, request.view, skip=request.key)
        self.metrics.review_decisions.labels("skip").inc()
        return _answer(turn)

    async def undo(self, call: Call) -> Response:
        """Take the last own decision back, and claim its text."""
        request = self._request(requests.UndoIn, call)
        person = self._person(call, request.tab)
        outcome = await self._decisions.undo(person)
        try:
            turn = await asyncio.to_thread(self._turn, person, View(), outcome, key=outcome.key)
        except RefusalError:  # another comment with this text is before somebody else
            turn = await asyncio.to_thread(self._turn, person, View(), outcome)
        return _answer(turn)

    async def renew(self, call: Call) -> Response:
        """Keep a claim for another lease."""
        request = self._request(requests.RenewIn, call)
        await asyncio.to_thread(self._renew, self._person(call, request.tab), request.key)
        return Response(status_code=204)

    async def log(self, call: Call) -> Response:
        """The last decisions: who, when, what."""
        return _answer(await asyncio.to_thread(self._log, call.caller.community))

    def _request(self, kind: type[requests.T], call: Call) -> requests.T:
        require_json(call)
        if not self._follower.caught_up.is_set():
            raise requests.not_ready(self._follower.read)
        return requests.read_body_as(kind, call)

    def _person(self, call: Call, tab: str) -> Person:
        name = call.caller.name
        return Person(name, person_hash(name, self._secret), tab, call.caller.community)

    def _turn(
        self,
        person: Person,
        view: View,
        outcome: Done | None = None,
        *,
        key: str | None = None,
        skip: str | None = None,
        again: bool = False,
    ) -> requests.Turn:
        now = time()
        view = view.ordered(self.settings.review.order)
        with self._database.write() as connection:
            if skip is not None:
                self._claims.skip(connection, person, skip)
            if again:
                self._claims.again(connection, person)
            item: ClaimedText | None
            if key is not None:
                item = self._claims.take(connection, person, key, now)
            else:
                item = self._claims.next(connection, person, view, now)
            return requests.Turn(item, outcome, self._claims.skipped(connection, person))

    def _queue(self, call: Call, view: View, start: int) -> requests.QueueOut:
        own = call.caller.community
        view = view.ordered(self.settings.review.order)
        is_reading = not self._follower.caught_up.is_set()
        with self._database.read() as connection:
            return requests.QueueOut(
                page=page(connection, view, own, start, time()),
                choices=choices(connection, own),
                me=person_hash(call.caller.name, self._secret),
                own=own,
                order=self.settings.review.order,
                textless=_textless(connection),
                read=self._follower.read if is_reading else None,
            )

    def _renew(self, person: Person, key: str) -> None:
        with self._database.write() as connection:
            self._claims.renew(connection, person, key, time())

    def _log(self, community: str | None) -> requests.LogOut:
        with self._database.read() as connection:
            return requests.LogOut(self._decisions.log(connection, community))


def _textless(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT value FROM counts WHERE name = 'textless'").fetchone()
    return int(row[0]) if row else 0


def _answer(body: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(body), media_type=JSON)
