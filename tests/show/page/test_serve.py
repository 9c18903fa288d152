"""`tearsim view` where it cannot serve: one line that says why, and what to do."""

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
    assert "pip install 'tearsim[view]'" in said.err


def test_a_port_in_use_is_refused_and_the_usual_one_gives_way_to_the_next(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(TearSimError, match=f"Port {port} is in use; choose another with --port"):
            serve.free_port(port)
        monkeypatch.setattr(serve, "USUAL_PORT", port)
        assert port < serve.free_port(None) < port + serve.PORTS_TRIED
        monkeypatch.setattr(serve, "PORTS_TRIED", 1)
        with pytest.raises(TearSimError, match="are in use; choose one with --port"):
            serve.free_port(None)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "many"])
def test_a_port_that_is_none_is_refused(tearsim, port):
    import subprocess

    done = subprocess.run([*tearsim, "view", "--no-open", "--port", port], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
