"""An existing Dask cluster as workers for a sweep: on this machine, on several, or behind a queue such as SLURM's."""

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
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise TearSimError(f"No Dask scheduler answers at {address}, like tcp://127.0.0.1:8786: {said}.") from None
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
