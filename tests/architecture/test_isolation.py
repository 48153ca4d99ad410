"""Tests reach nothing outside this machine and see no credentials of it."""

import socket

import boto3
import pytest
from pytest_socket import SocketConnectBlockedError

ELSEWHERE = ("198.51.100.1", 443)  # reserved for documentation, answers nobody


def test_sockets_reach_this_machine_only():
    # The block warns before it raises, and warnings are errors here.
    with pytest.raises((SocketConnectBlockedError, UserWarning), match="tried to use socket"):
        socket.create_connection(ELSEWHERE, timeout=1)


def test_sockets_reach_this_machine():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=5):
        pass


def test_credentials_are_made_up_and_no_profile_of_the_machine_is_seen():
    session = boto3.Session()
    credentials = session.get_credentials()
    assert credentials is not None
    assert credentials.access_key == "testing"
    assert session.available_profiles == []
