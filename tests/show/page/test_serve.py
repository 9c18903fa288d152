"""`tearsim view` where it cannot serve: one line that says why, and what to do."""

import contextlib
import socket

import pytest

from tearsim import cli
from tearsim.errors import TearSimError
from tearsim.show.page import serve


def test_without_the_extra_it_is_one_line_and_exit_code_2(monkeypatch, capsys):
    monkeypatch.setattr(serve, "NEEDED_LIBRARIES", ("no_such_package",))
    monkeypatch.setattr("sys.argv", ["tearsim", "view", "--no-open"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "no_such_package not found" in said.err
    assert "no_such_package not found): pip install '.[view]' in a copy of the repository" in said.err
    assert "pip install 'tearsim[view]'" in said.err


@contextlib.contextmanager
def listening(*asked):
    """A port and the sockets that listen at it, until they are closed."""
    port, sockets = serve.listening(*asked)
    try:
        yield port, sockets
    finally:
        for one in sockets:
            one.close()


def answers(address, port):
    """Whether anything listens there."""
    try:
        socket.create_connection((address, port), timeout=5).close()
    except OSError:
        return False
    return True


def test_a_port_in_use_is_refused_and_the_usual_one_gives_way_to_the_next(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(TearSimError, match=f"Port {port} is in use; choose another with --port"):
            serve.listening(port)
        monkeypatch.setattr(serve, "USUAL_PORT", port)
        with listening(None) as (given, _):
            assert port < given < port + serve.PORTS_TRIED
        monkeypatch.setattr(serve, "PORTS_TRIED", 1)
        with pytest.raises(TearSimError, match="are in use; choose one with --port"):
            serve.listening(None)


def test_a_port_that_the_account_may_not_use_is_refused_as_such(monkeypatch):
    def refused(*_, **__):
        raise PermissionError

    monkeypatch.setattr(socket, "create_server", refused)
    with pytest.raises(TearSimError, match="Port 80 is not for this account to use; choose another with --port"):
        serve.listening(80)


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="a machine without IPv6")
@pytest.mark.parametrize(("host", "by_ipv6"), [("::", True), ("0.0.0.0", False)])
def test_all_addresses_by_ipv6_are_those_by_ipv4_as_well_so_that_the_one_that_is_printed_is_served(host, by_ipv6):
    with listening(None, host) as (port, sockets):
        assert answers("127.0.0.1", port)
        assert answers("::1", port) == by_ipv6
        assert answers(serve.reached_at(host), port)
        assert serve.who_reaches(host, sockets) == serve.OPEN_TO_EVERYBODY


def test_whom_an_address_lets_in_is_said_by_where_it_leads_not_by_its_name(monkeypatch):
    """On many machines their own name leads to themselves alone."""
    looked_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **named: looked_up("127.0.0.1", *rest, **named))
    with listening(None, "my-laptop") as (_, sockets):
        assert serve.who_reaches("my-laptop", sockets).startswith("Only this machine can reach this address")
        assert serve.who_reaches(None, sockets) == serve.who_reaches("localhost", sockets) == ""


@pytest.mark.parametrize("port", ["0", "65536", "-1", "many"])
def test_a_port_that_is_none_is_refused(tearsim, port):
    import subprocess

    done = subprocess.run([*tearsim, "view", "--no-open", "--port", port], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
