"""An audit from its addresses to its report: locks held, files opened, the run remembered."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ...connectors import connect
from ...connectors.local.helpdesk import LocalHelpdesk
from ...errors import BusyError, ProjectError, StoreError
from ...model.findings import AuditReport
from ...store.database import Store
from ...store.findings_log import StateFindingsLog
from ...store.locks import lock
from ...store.processes import Process
from ...store.state import StateFile
from ...timekeeping import Clock
from ..audit import AuditRecipe
from .run_audit import Surroundings, run_audit
from .snapshots import Snapshot, keep_snapshot


@dataclass(frozen=True, slots=True)
class Session:
    """Who audits, and where that is written down. `say` hears what the report does not tell.

    A lock or a file that somebody else holds is waited for, for `wait` seconds in all.
    """

    state: Path
    process: Process
    wait: float = 0
    say: Callable[[str], None] = lambda _: None


def hold_audit(
    recipe: AuditRecipe,
    addresses: Sequence[str],
    around: Surroundings,
    session: Session,
    *,
    now: datetime | None = None,
) -> AuditReport:
    """Audit the helpdesks at `addresses` as `run_audit` does, one run at a time on each.

    Raises BusyError while another run holds one of them, and what opening them raises. Helpdesks are opened for
    reading; the snapshot of each is written afterwards, and `say` is told if that could not be done.
    """
    snapshots: list[tuple[Path, Snapshot]] = []
    with ExitStack() as held:
        state = held.enter_context(StateFile.open(session.state))
        for address in sorted({lock_name(address) for address in addresses}):
            held.enter_context(
                lock(state, address, process=session.process, clock=around.clock, wait=session.wait)
            )
        with ExitStack() as opened:
            stores = [
                opened.enter_context(_open(address, around.clock, session.wait)) for address in addresses
            ]
            paths = {store.connection: store.path for store in stores}
            if len(paths) < len(stores):
                raise ProjectError(
                    "two of the helpdesks have one name", hint="audit them one after the other"
                )
            remembering = replace(
                around,
                log=StateFindingsLog(state),
                snapshots=lambda taken: snapshots.append((paths[taken.connection], taken)),
            )
            report = run_audit(recipe, stores, remembering, now=now)
        for path, taken in snapshots:
            _keep(path, taken, around, session)
    return report


def lock_name(address: str) -> str:
    """One name for one helpdesk, however its file is written."""
    vendor, _, place = address.partition(":")
    return f"{vendor}:{Path(place).resolve()}" if vendor == "local" else address


def _open(address: str, clock: Clock, wait: float) -> Store:
    helpdesk = connect(address, clock=clock, wait=wait)
    assert isinstance(helpdesk, LocalHelpdesk)
    return helpdesk.store


def _keep(path: Path, taken: Snapshot, around: Surroundings, session: Session) -> None:
    try:
        with Store.open(path, writable=True, wait=session.wait, clock=around.clock) as store:
            keep_snapshot(store, taken, around.run_id)
    except (BusyError, StoreError) as error:
        session.say(f"no snapshot was kept in {path}: {error}")
