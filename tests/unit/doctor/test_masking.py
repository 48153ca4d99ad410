"""What is written of a real organization identifies nothing but the two accounts, by their letters."""

import pytest

from orchestrator.doctor.live.masking import masked
from orchestrator.model.identifiers import AccountId

LETTERS = {AccountId("111111111111"): "A", AccountId("222222222222"): "B"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arn:aws:iam::111111111111:role/x", "arn:aws:iam::A:role/x"),
        ("account 333333333333 in o-exampleorgid", "account … in …"),
        ("r-ab12 and ou-ab12-11111111", "… and …"),
        ("StackSet-doctor-cado-role-0b5f2a0e-1111-2222-3333-0123456789ab", "StackSet-doctor-role-…"),
        ("assumed-role/stacksets-exec-0123456789abcdef0123456789abcdef/x", "assumed-role/…/x"),
        ("AROAEXAMPLEEXAMPLE12 and ASIAEXAMPLEEXAMPLE", "… and …"),
        ("mrk-0123456789abcdef0123456789abcdef", "…"),
        ("owner@example.com", "…"),
        ("ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE"),
        ("drift-of-a-tag and 12345678901234", "drift-of-a-tag and 12345678901234"),
    ],
)
def test_ids_are_masked(text: str, expected: str):
    assert masked(text, LETTERS, "doctor-cado") == expected


def test_keys_and_lists_are_masked_and_numbers_stay():
    found = masked({"222222222222": [{"id": "333333333333"}, 4.5, True, None]}, LETTERS, "doctor-cado")
    assert found == {"B": [{"id": "…"}, 4.5, True, None]}
