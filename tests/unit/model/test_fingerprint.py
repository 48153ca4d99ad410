import pytest

from orchestrator.model.fingerprint import fingerprint, salt_of


def test_a_fingerprint_is_the_same_anywhere_for_one_rollout_and_another_for_every_other():
    salts = [salt_of("o-exampleorgid", "cado"), salt_of("o-exampleorgid", "other"), salt_of("o-otherorgid", "cado")]
    marks = [fingerprint("tenant-4711", salt) for salt in salts]
    assert marks[0] == "fingerprint:92a730182849eb094eb619ebf719363b"
    assert len(set(marks)) == 3
    assert fingerprint("tenant-4712", salts[0]) != marks[0]
    assert fingerprint("", salts[0]) == ""


def test_a_guess_costs_a_derivation(monkeypatch: pytest.MonkeyPatch):
    """A plain digest could be tried millions of times a second."""
    costs = []

    def derive(_, *, n, r, **more):
        costs.append(n * r)
        return b""

    monkeypatch.setattr("hashlib.scrypt", derive)
    fingerprint("never derived before", "o-exampleorgid/cado")
    assert costs == [2**18]
