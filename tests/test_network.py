"""The tests' own rule: they reach loopback, and nothing beyond."""

import socket

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "helpdesk.example", "2001:db8::1"])
def test_another_host_is_off_limits(host):
    with pytest.raises(BaseException, match="tests reach loopback only"):
        socket.create_connection((host, 80), timeout=0.1)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_is_reached(host):
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection((host, server.getsockname()[1]), timeout=5).close()
