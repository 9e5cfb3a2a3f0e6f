"""HTTP to one account: one session, timeouts, retries that know what may be repeated, limits, typed errors."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import msgspec
import requests
import tenacity
from requests.auth import AuthBase

from ..errors import ConnectorError, RejectedError, UnavailableError
from ..timekeeping import Clock
from .rate_budget import Limit, Place, RateBudget
from .transport_answers import Answer, Dialect, Exchange, LostAnswerError, Wait, retry_after
from .transport_call import Call, Query
from .transport_exchange import (
    NoAuth,
    is_new_connection,
    is_safe_elsewhere,
    reason_of,
    seconds_to_wait,
    written,
)
from .transport_redaction import Redactor

__all__ = ["Call", "Hook", "OnWait", "Query", "Transport"]

log = logging.getLogger(__name__)

TIMEOUTS = (10.0, 90.0)  # seconds to connect, and between two pieces of an answer
ATTEMPTS = 6
REDIRECTS = 5
LONGEST_WAIT = 900.0  # seconds; a vendor that asks for more is unavailable
LIBRARY_LOG = "urllib3.connectionpool"
TOO_MANY = 429
GATEWAY = {408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524}
READING = frozenset({"GET", "HEAD"})

Hook = Callable[[Exchange], None]
OnWait = Callable[[Wait], None]


class _Failure(Exception):  # noqa: N818 - never leaves this module
    """A try that did not work. `again`: another may. `wait` is what the vendor asks for, in seconds."""

    def __init__(self, error: ConnectorError, *, again: bool, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.again = again
        self.wait = wait


class Transport:
    """One account over HTTP.

    `hook` sees every exchange, `on_wait` every wait before it begins; what they raise goes to the caller.
    Unless it is `writable`, what is not a GET is refused before anything is sent.
    """

    def __init__(
        self,
        base: str,
        dialect: Dialect,
        *,
        auth: AuthBase,
        clock: Clock,
        budget: RateBudget,
        redactor: Redactor,
        hook: Hook | None = None,
        on_wait: OnWait | None = None,
        timeouts: tuple[float, float] = TIMEOUTS,
        session: requests.Session | None = None,
        writable: bool = True,
    ) -> None:
        self.base = base.rstrip("/")
        self.budget = budget
        self.session = session or requests.Session()
        # An AuthBase and not a header: requests would put what ~/.netrc holds in a header's place.
        self.session.auth = auth
        self.session.headers.update({"Accept": "application/json", "User-Agent": "cstoolkit"})
        self._dialect = dialect
        self._clock = clock
        self._redactor = redactor
        self._hook = hook
        self._on_wait = on_wait
        self._timeouts = timeouts
        self._writable = writable
        # The client library's own log has whole addresses, and some of those are secrets.
        logging.getLogger(LIBRARY_LOG).addFilter(redactor.mask_record)

    def send(self, call: Call) -> Answer:
        """Do a call until it is answered.

        Raises the typed error of a refusal; UnavailableError when tries or patience are used up;
        LostAnswerError when a call that must not be repeated may have been done; RejectedError for a write
        where only reading was asked for.
        """
        self.check_writable(call.method)
        tries = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(ATTEMPTS),
            wait=_wait,
            before_sleep=self._announce_retry,
            sleep=self._clock.sleep,
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, _Failure) and error.again),
            reraise=True,
        )
        try:
            for attempt in tries:
                with attempt:
                    return self._try(call, attempt.retry_state.attempt_number)
        except _Failure as failure:
            raise failure.error from failure.__cause__
        raise AssertionError("tenacity gave no attempt")

    def json(self, call: Call) -> Any:
        """The decoded answer of `send`."""
        return self.send(call).json()

    def lend(self, limits: Sequence[Limit], exchange: Callable[[], requests.Response]) -> requests.Response:
        """An exchange that another client makes, within our limits; its headers tell us of them too."""
        places = self.take(limits)
        answer: Answer | None = None
        try:
            response = exchange()
            headers = {name.lower(): value for name, value in response.headers.items()}
            answer = Answer(str(response.request.method), "", response.status_code, headers, b"")
        finally:
            self._settle(places, answer)
        return response

    def take(self, limits: Sequence[Limit]) -> list[Place]:
        """Hold a place in each limit, as `RateBudget.take`; waits are announced."""
        return self.budget.take(limits, on_wait=self._announce_full)

    def pause(self, reason: str, seconds: float) -> None:
        """Let time pass, announced: for what a vendor works on after its answer."""
        self._announce(Wait(self._dialect.vendor, reason, seconds))
        self._clock.sleep(seconds)

    def check_writable(self, method: str) -> None:
        """Raises RejectedError for a write over a connection that is for reading."""
        if not self._writable and method not in READING:
            raise RejectedError(
                f"{self._dialect.vendor} is open for reading only: {method} was not sent",
                vendor=self._dialect.vendor,
                hint="open it with writable=True",
            )

    def close(self) -> None:
        self.session.close()
        self.budget.close()
        logging.getLogger(LIBRARY_LOG).removeFilter(self._redactor.mask_record)

    def _try(self, call: Call, attempt: int) -> Answer:
        places = self.take(call.limits)
        started = self._clock.now()
        answer: Answer | None = None
        problem: str | None = None
        try:
            answer = self._exchange(call)
        except requests.RequestException as error:
            problem = self._redactor.clean(reason_of(error))
            raise self._unanswered(call, error, problem) from error
        finally:
            self._settle(places, answer)
            seconds = (self._clock.now() - started).total_seconds()
            self._tell(call, answer, problem, seconds, attempt)
        return self._judge(call, answer)

    def _exchange(self, call: Call) -> Answer:
        headers = {"Idempotency-Key": call.key} if call.key else {}
        data: Any = None
        if call.content is not None:
            call.content.seek(0)
            data = call.content
        elif call.body is not None:
            data = msgspec.json.encode(call.body)
        if data is not None:
            headers["Content-Type"] = call.media_type
        if call.raw:
            headers |= {"Accept": "*/*", "Accept-Encoding": "identity"}
        response = self._asked(call, headers, data)
        found = {name.lower(): value for name, value in response.headers.items()}
        if call.raw and response.status_code < 400:
            return Answer(call.method, call.path, response.status_code, found, b"", source=response)
        return Answer(call.method, call.path, response.status_code, found, response.content)

    def _asked(self, call: Call, headers: Mapping[str, str], data: Any) -> requests.Response:
        """The response. A GET may be sent on, but only on the same host; the library itself would go anywhere."""
        address = self._address(call)
        query = {name: written(value) for name, value in call.query.items() if value is not None}
        response = self._request(call, address, query, headers, data)
        for _ in range(REDIRECTS):
            if call.method != "GET" or call.raw or not response.is_redirect:
                break
            address = self._address(replace(call, path=urljoin(address, response.headers["location"])))
            response = self._request(call, address, {}, headers, data)
        return response

    def _request(
        self, call: Call, address: str, query: Mapping[str, str], headers: Mapping[str, str], data: Any
    ) -> requests.Response:
        return self.session.request(
            call.method,
            address,
            params=query,
            data=data,
            headers=headers,
            timeout=self._timeouts,
            allow_redirects=False,
            stream=call.raw,
            auth=NoAuth() if call.anonymous else None,
        )

    def _address(self, call: Call) -> str:
        """Links that the vendor gives are followed only on its own host: the credential goes with them."""
        if "://" not in call.path:
            return f"{self.base}/{call.path.lstrip('/')}"
        if call.path.startswith(f"{self.base}/") or (call.anonymous and is_safe_elsewhere(call.path)):
            return call.path
        raise RejectedError(
            f"{self._dialect.vendor} sent a link to another host: {self._redactor.clean(call.path)}",
            vendor=self._dialect.vendor,
            hint="nothing was sent there; check the account's address",
        )

    def _announce(self, wait: Wait) -> None:
        log.info("%s: %s; waiting %.1f s", wait.vendor, wait.reason, wait.seconds)
        if self._on_wait:
            self._on_wait(wait)

    def _announce_full(self, limit: Limit, seconds: float) -> None:
        reason = f"our share of the limit {limit.name} is used up"
        self._announce(Wait(self._dialect.vendor, reason, seconds))

    def _announce_retry(self, state: tenacity.RetryCallState) -> None:
        failure = state.outcome.exception() if state.outcome else None
        seconds = state.next_action.sleep if state.next_action else 0.0
        self._announce(
            Wait(self._dialect.vendor, str(failure), float(seconds), state.attempt_number, ATTEMPTS)
        )

    def _settle(self, places: Sequence[Place], answer: Answer | None) -> None:
        self.budget.answered(places, self._dialect.seen(answer) if answer else ())

    def _tell(
        self, call: Call, answer: Answer | None, problem: str | None, seconds: float, attempt: int
    ) -> None:
        exchange = Exchange(
            call.method,
            self._redactor.clean(call.path),
            answer.status if answer else None,
            seconds,
            attempt,
            len(msgspec.json.encode(call.body)) if self._hook and call.body is not None else 0,
            len(answer.content) if answer else 0,
            self._dialect.request_id(answer) if answer else None,
            problem,
        )
        log.debug("%s %s -> %s", exchange.method, exchange.path, exchange.status or exchange.problem)
        warning = self._dialect.warning(answer) if answer else None
        if warning:
            log.warning("%s %s: %s", exchange.method, exchange.path, self._redactor.clean(warning))
        if self._hook:
            self._hook(exchange)

    def _unanswered(self, call: Call, error: requests.RequestException, problem: str) -> _Failure:
        what = f"{call.method} {self._redactor.clean(call.path)}: {problem}"
        never_sent = isinstance(error, requests.ConnectTimeout) or is_new_connection(error)
        if call.may_repeat or never_sent:
            hint = f"it was tried {ATTEMPTS} times; check the network, the account's address and any proxy"
            return _Failure(UnavailableError(what, vendor=self._dialect.vendor, hint=hint), again=True)
        lost = LostAnswerError(
            f"{what}; it may have been done", vendor=self._dialect.vendor, hint="look before repeating it"
        )
        return _Failure(lost, again=False)

    def _judge(self, call: Call, answer: Answer) -> Answer:
        if answer.source is not None:
            return answer
        if answer.status < 300:
            try:
                answer.json()
            except ValueError:
                raise self._unreadable(call, answer) from None
            return answer
        error = self._typed(call, answer)
        wait = retry_after(answer.headers, now=self._clock.now())
        if isinstance(error, UnavailableError) and wait is not None:
            error.retry_after = timedelta(seconds=wait)
        patient = (wait or 0) <= LONGEST_WAIT
        if answer.status == TOO_MANY:  # refused at the door: nothing was done, whatever the call was
            if wait and patient and call.limits:
                self.budget.pause(call.limits[0].name, wait)
            raise _Failure(error, again=patient, wait=wait)
        if answer.status in GATEWAY and not call.may_repeat:
            lost = LostAnswerError(f"{error}; it may have been done", vendor=self._dialect.vendor)
            raise _Failure(lost, again=False)
        raise _Failure(error, again=patient and answer.status in GATEWAY, wait=wait)

    def _typed(self, call: Call, answer: Answer) -> ConnectorError:
        error = self._dialect.explain(answer)
        request_id = self._dialect.request_id(answer)
        reference = f" (request {request_id})" if request_id else ""
        where = f"{call.method} {call.path}: {error.args[0]}{reference}"
        error.args = (self._redactor.clean(where),)
        return error

    def _unreadable(self, call: Call, answer: Answer) -> _Failure:
        said = self._redactor.clean(" ".join(answer.text.split())[:80])
        what = f"{call.method} {call.path}: the answer is no JSON: {said!r}"
        if call.may_repeat:
            return _Failure(UnavailableError(what, vendor=self._dialect.vendor), again=True)
        return _Failure(
            LostAnswerError(f"{what}; it may have been done", vendor=self._dialect.vendor), again=False
        )


def _wait(state: tenacity.RetryCallState) -> float:
    failure = state.outcome.exception() if state.outcome else None
    return seconds_to_wait(failure.wait if isinstance(failure, _Failure) else None, state.attempt_number)
