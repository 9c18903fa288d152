"""An existing Dask cluster as workers for a sweep: on this machine, on several, or behind a queue such as SLURM's."""

import asyncio
import logging
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager, suppress
from functools import partial
from typing import Protocol

from tearsim.errors import GO_ON, SweepError, TearSimError, how_to_install

# Seconds that a scheduler, its first worker, and, once all are gone, another one is waited for.
CLUSTER_PATIENCE = 30
# Loggers that complain at length about what is said here in one line.
LOUD = ("distributed", "tornado", "asyncio")


class HasWorkers(Protocol):
    """As much of Dask's client as is used here."""

    def nthreads(self) -> Mapping[str, int]:
        """The threads of each worker."""


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, Callable[[], int]]]:
    """An executor on the cluster whose scheduler has this address, and a function that counts its cores.

    A worker that dies takes nothing with it: the scheduler gives its tasks to others. The function raises SweepError
    once there has been no worker for a while.

    Raises TearSimError if the library is missing, no scheduler answers there, or no worker comes.
    """
    try:
        from distributed import Client
    except ImportError:
        raise TearSimError(f"--scheduler needs Dask: {how_to_install('cluster')}.") from None
    with _quiet():
        _refuse_silent(address)
        client = Client(address, timeout=CLUSTER_PATIENCE, set_as_default=False)
        with _afterwards(client.close):
            try:
                client.wait_for_workers(1, timeout=CLUSTER_PATIENCE)
            except TimeoutError:
                raise TearSimError(
                    f"No worker has joined the scheduler at {address} within {CLUSTER_PATIENCE} s."
                ) from None
            executor = client.get_executor(pure=False)
            with _afterwards(partial(executor.shutdown, wait=False)):
                yield executor, _counting(client)


@contextmanager
def _afterwards(leave: Callable[[], object]) -> Iterator[None]:
    """Leave the cluster, whether or not it is still there."""
    try:
        yield
    finally:
        with suppress(OSError, TimeoutError, CancelledError):
            leave()


def _counting(client: HasWorkers) -> Callable[[], int]:
    """How many cores the cluster has, one at least.

    Raises SweepError once it has had none for a while, or has no scheduler any more.
    """
    last_seen = [time.monotonic()]

    def cores() -> int:
        try:
            number = sum(client.nthreads().values())
        except Exception as error:  # whatever it says of a connection that is closed, or of none
            raise SweepError(f"The connection to the scheduler was lost.{GO_ON}") from error
        if number:
            last_seen[0] = time.monotonic()
        elif time.monotonic() - last_seen[0] > CLUSTER_PATIENCE:
            raise SweepError(f"The cluster has had no worker for {CLUSTER_PATIENCE} s.{GO_ON}")
        return max(1, number)

    return cores


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the loud loggers; Dask gives many of them a level of their own."""
    names = {*LOUD, *(name for name in logging.root.manager.loggerDict if name.split(".")[0] in LOUD)}
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _refuse_silent(address: str) -> None:
    """Refuse an address at which no scheduler answers: Dask's client would try for a minute, then raise many errors."""
    found = re.fullmatch(r"(?:tcp|tls)://(?:\[([0-9a-fA-F:]+)\]|([^:/\[\]]+)):(\d{1,5})", address)
    if found is None:
        raise TearSimError(f'A scheduler has an address like tcp://127.0.0.1:8786; "{address}" is not.')
    host, port = found[1] or found[2], int(found[3])
    try:
        socket.create_connection((host, port), timeout=CLUSTER_PATIENCE).close()
    except (OSError, OverflowError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise TearSimError(f"No Dask scheduler answers at {address}: {why}.") from None
    try:
        asyncio.run(asyncio.wait_for(_identity(address), CLUSTER_PATIENCE))
    except Exception:
        raise TearSimError(f"What answers at {address} is not a Dask scheduler, or has another version.") from None


async def _identity(address: str) -> None:
    from distributed import rpc

    async with rpc(address) as scheduler:
        await scheduler.identity()
