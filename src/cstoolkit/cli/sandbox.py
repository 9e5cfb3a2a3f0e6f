"""`cstoolkit sandbox`: vendor accounts on this machine, and the knobs of one that runs."""

import ipaddress
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import ProjectError, RefusedError
from .clock import system_now
from .terminal import Terminal, with_terminal

if TYPE_CHECKING:
    from ..sandbox.running import Sandbox

PORT = 8484
STATE = Path(".cstoolkit") / "sandbox"
UP_SCHEMA = "cstoolkit/sandbox/1"

_state = click.option(
    "--state", default=STATE, show_default=True, type=click.Path(path_type=Path), help="The sandbox's folder."
)
_account = click.option("--account", metavar="NAME", help="One account only.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Vendor accounts on this machine: real HTTP, the vendors' walls, no network."""


@command.command("up")
@click.option(
    "--vendor", "vendors", multiple=True, metavar="VENDOR[:NAME]", help="An account; may be repeated."
)
@click.option("--port", default=PORT, show_default=True, help="The first port; 0 is any free one.")
@click.option(
    "--seed", type=click.IntRange(min=1), metavar="N", help="Fill fresh accounts with N generated tickets."
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Fill fresh accounts from a store file.",
)
@_state
@click.option("--clock", "start", metavar="TIME", help="Start at this time, as 2026-01-05T09:00Z.")
@click.option("--tls", is_flag=True, help="Also an https port, with a certificate authority made here.")
@click.option("--switch", "switches", multiple=True, metavar="NAME=VALUE", help="See docs/sandbox.md.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--i-know", is_flag=True, help="Yes, --host may let other machines in.")
@with_terminal
def up(
    terminal: Terminal,
    *,
    vendors: tuple[str, ...],
    port: int,
    seed: int | None,
    source: Path | None,
    state: Path,
    start: str | None,
    tls: bool,
    switches: tuple[str, ...],
    host: str,
    i_know: bool,
) -> None:
    """Start accounts and serve them until Ctrl-C. What they hold stays in the folder for the next start."""
    from ..sandbox.clock import SandboxClock
    from ..sandbox.running import Sandbox

    _check_host(host, sure=i_know)
    if seed is not None and source is not None:
        raise click.UsageError("--seed and --from exclude each other")
    clock = SandboxClock(system_now, offset=_ahead(start))
    accounts = _accounts(vendors)
    chosen = dict(_pair(text) for text in switches)
    sandbox = Sandbox(
        accounts,
        state=state,
        clock=clock,
        host=host,
        port=port,
        tls=tls,
        switches=dict.fromkeys(accounts, chosen),
    )
    try:
        _fill(terminal, sandbox, seed, source)
        sandbox.open()
        _tell(terminal, sandbox)
        terminal.stdout.flush()
        sandbox.run()
    except KeyboardInterrupt:
        terminal.say("The sandbox is down; its state is kept.")
    finally:
        sandbox.close()


def _check_host(host: str, *, sure: bool) -> None:
    """RefusedError: the sandbox has one well-known token and a control API without any."""
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    if not local and not sure:
        raise RefusedError(
            f"{host} is not loopback: whoever reaches it could use the sandbox, its token is public",
            hint="leave --host out, or add --i-know",
        )


def _ahead(start: str | None) -> timedelta:
    return timedelta(0) if start is None else _instant(start) - system_now()


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ProjectError(f'"{text}" is no time', hint="write it as 2026-01-05T09:00Z") from error
    if found.tzinfo is None:
        raise ProjectError(f'"{text}" has no time zone', hint="add Z for UTC")
    return found


def _accounts(vendors: tuple[str, ...]) -> dict[str, str]:
    accounts: dict[str, str] = {}
    for text in vendors or ("zendesk",):
        vendor, _, name = text.partition(":")
        name = name or f"acme-{vendor}"
        if name in accounts:
            raise ProjectError(
                f'two accounts are named "{name}"', hint="--vendor zendesk:one --vendor zendesk:two"
            )
        accounts[name] = vendor
    return accounts


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise click.UsageError(f"--switch takes NAME=VALUE, not {text!r}")
    return name, value


def _fill(terminal: Terminal, sandbox: "Sandbox", seed: int | None, source: Path | None) -> None:
    """Fresh accounts only: what a restart finds is left as it is."""
    if seed is None and source is None:
        return
    for name, account in sandbox.accounts.items():
        if account.is_seeded:
            terminal.say(
                f"{name} has its tickets already; nothing was added. `cstoolkit sandbox reset` empties it."
            )
        elif seed is not None:
            terminal.say(f"Filling {name} with {seed:,} tickets ...")
            sandbox.seed_demo(tickets=seed, name=name)
        elif source is not None:
            from ..sandbox.store_seed import from_store

            terminal.say(f"Filling {name} from {source} ...")
            sandbox.seed(from_store(source), name)


def _tell(terminal: Terminal, sandbox: "Sandbox") -> None:
    about = sandbox.describe()
    if terminal.json:
        terminal.print_json({"schema": UP_SCHEMA} | about)
        return
    for name, account in about["accounts"].items():
        terminal.print(f"# {name}: {account['address']}")
        for variable, value in account["environment"].items():
            terminal.print(f"export {variable}={value}")
        terminal.print()
    if about["tls_port"]:
        terminal.print(f"# https on port {about['tls_port']}, trusted by {about['certificate']}")
    terminal.say(f"The clock says {about['clock']}. Ctrl-C ends it; the state is kept.")


@command.command("reset")
@_state
@_account
@with_terminal
def reset(terminal: Terminal, *, state: Path, account: str | None) -> None:
    """Empty the accounts: each is as on its first day. The sandbox goes on running."""
    _ask(state, "POST", "/reset", _query(account=account))
    terminal.print("Reset.")


@command.command("clock")
@click.option("--to", "to", metavar="TIME", help="Set it; never back.")
@click.option("--advance", metavar="SECONDS", type=float, help="Let so much time pass at once.")
@click.option("--stop", is_flag=True, help="Let it stand still.")
@click.option("--run", "run_", is_flag=True, help="Let it run on.")
@_state
@with_terminal
def clock(
    terminal: Terminal, *, to: str | None, advance: float | None, stop: bool, run_: bool, state: Path
) -> None:
    """Show or set the sandbox's time. Limits, tokens, jobs and hourly rules follow it."""
    change: dict[str, Any] = {}
    if to is not None:
        change["now"] = _instant(to).isoformat()
    if advance is not None:
        change["advance"] = advance
    if stop or run_:
        change["stopped"] = stop
    told = _ask(state, "PUT" if change else "GET", "/clock", document=change or None)
    if terminal.json:
        terminal.print_json({"schema": "cstoolkit/sandbox-clock/1"} | told)
    else:
        terminal.print(f"{told['now']}{' (stopped)' if told['stopped'] else ''}")


@command.command("faults")
@click.argument("kind", required=False)
@click.option("--route", default="*", help='Which calls, as "PUT /api/v2/tickets/*".')
@click.option("--nth", multiple=True, type=int, help="The n-th of them; may be repeated.")
@click.option("--probability", default=1.0, type=click.FloatRange(0, 1), help="How often, drawn from --dice.")
@click.option("--dice", default=0, help="Same number, same faults.")
@click.option("--times", type=int, help="How often in all.")
@click.option("--seconds", default=1.0, help="Slowness, Retry-After or skew.")
@click.option("--clear", is_flag=True, help="No faults from now on.")
@_state
@with_terminal
def faults(
    terminal: Terminal,
    *,
    kind: str | None,
    route: str,
    nth: tuple[int, ...],
    probability: float,
    dice: int,
    times: int | None,
    seconds: float,
    clear: bool,
    state: Path,
) -> None:
    """Let calls go wrong: KIND is a status from 400 to 599, expired, reset, lost, half_body, wrong_type, slow, ..."""
    told: Any = {"faults": []}
    if clear:
        told = _ask(state, "DELETE", "/faults")
    if kind is not None:
        fault = {"kind": kind, "route": route, "nth": list(nth), "probability": probability, "seed": dice}
        told = _ask(state, "POST", "/faults", document=fault | {"times": times, "seconds": seconds})
    elif not clear:
        told = _ask(state, "GET", "/faults")
    if terminal.json:
        terminal.print_json({"schema": "cstoolkit/sandbox-faults/1"} | told)
        return
    for fault in told["faults"]:
        terminal.print(f"{fault['kind']} on {fault['route']}: {fault['done']} of {fault['seen']} calls")
    if not told["faults"]:
        terminal.print("No faults.")


@command.command("log")
@click.option("--like", default="*", help='Which calls, as "PUT /api/v2/tickets/*".')
@click.option("--status", type=int, help="Only those answered so.")
@click.option("--outbox", is_flag=True, help="What rules would have sent, instead.")
@_state
@_account
@with_terminal
def log(
    terminal: Terminal, *, like: str, status: int | None, outbox: bool, state: Path, account: str | None
) -> None:
    """Show what was asked and answered, and what the accounts have to say about themselves."""
    if outbox:
        told = _ask(state, "GET", "/outbox", _query(account=account))
    else:
        told = _ask(state, "GET", "/log", _query(account=account, like=like, status=status))
    if terminal.json:
        terminal.print_json({"schema": "cstoolkit/sandbox-log/1"} | told)
        return
    for item in told.get("outbox", ()):
        terminal.print(f"{item['at']} {item['kind']} for ticket {item['ticket_id']} by rule {item['rule']}")
    for call in told.get("calls", ()):
        fault = f" [{call['fault']}]" if call["fault"] else ""
        terminal.print(f"{call['at']} {call['status']} {call['method']} {call['path']}{fault}")
    for note in told.get("notes", ()):
        terminal.say(f"note: {note}")


def _query(**values: Any) -> str:
    from urllib.parse import urlencode

    kept = {name: value for name, value in values.items() if value is not None}
    return f"?{urlencode(kept)}" if kept else ""


def _ask(
    state: Path, method: str, path: str, query: str = "", *, document: Mapping[str, Any] | None = None
) -> Any:
    """Talk to the sandbox that runs on this folder. ProjectError if there is none."""
    file = state / "sandbox.json"
    if not file.exists():
        raise ProjectError(f"no sandbox was ever started in {state}", hint="cstoolkit sandbox up")
    address = json.loads(file.read_text(encoding="utf-8"))["address"]
    body = None if document is None else json.dumps(document).encode()
    request = urllib.request.Request(f"{address}/_sandbox{path}{query}", body, method=method)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
            return json.load(answer)
    except urllib.error.HTTPError as error:
        told = json.load(error)
        raise ProjectError(told["error"], hint=told.get("hint")) from error
    except OSError as error:
        raise ProjectError(f"no sandbox answers at {address}", hint="cstoolkit sandbox up") from error
