"""An existing Dask cluster as workers for a sweep: on this machine, on several, or behind a queue such as SLURM's."""

import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from tearsim.errors import TearSimError

# Seconds that a scheduler, and then its first worker, is waited for.
PATIENCE = 30


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, Callable[[], int]]]:
    """An executor on the cluster whose scheduler has this address, and a function that counts its cores.

    A worker that dies takes nothing with it: the scheduler gives its tasks to others.

    Raises TearSimError if the library is missing, nobody answers there, or no worker comes.
    """
    try:
        from distributed import Client
    except ImportError:
        raise TearSimError("--scheduler needs Dask: install it with pip install 'tearsim[cluster]'.") from None
    _refuse_silent(address)
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError):
        raise TearSimError(f"Whatever answers at {address} is no Dask scheduler of this version of Dask.") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise TearSimError(f"No worker has joined the scheduler at {address} within {PATIENCE} s.") from None
        executor = client.get_executor(pure=False)
        try:
            yield executor, lambda: max(1, sum(client.nthreads().values()))
        finally:
            executor.shutdown(wait=False)


def _refuse_silent(address: str) -> None:
    """Knock before Dask does: it would keep trying, and complain at length."""
    found = re.fullmatch(r"(?:tcp|tls)://(?:\[([0-9a-fA-F:]+)\]|([^:/\[\]]+)):(\d{1,5})", address)
    if found is None:
        raise TearSimError(f'A scheduler has an address like tcp://127.0.0.1:8786; "{address}" is none.')
    host, port = found[1] or found[2], int(found[3])
    try:
        socket.create_connection((host, port), timeout=PATIENCE).close()
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise TearSimError(f"No Dask scheduler answers at {address}: {why}.") from None
