"""A bucket is judged by what it is set up to do, and by whether it refuses a write whose condition is not met."""

import pytest

from orchestrator.doctor.state import judge_bucket
from orchestrator.doctor.surroundings import BucketView
from orchestrator.model.check import Result
from orchestrator.model.evidence import Unknown

UNKNOWN = Unknown("no")


@pytest.mark.parametrize(
    ("bucket", "result", "words"),
    [
        (BucketView(is_versioned=True, encryption="aws:kms", writes=True), Result.OK, "encrypted with aws:kms"),
        (BucketView(is_versioned=True, encryption="AES256", writes=False), Result.FAIL, "the lock would hold nothing"),
        (BucketView(is_versioned=True, encryption="AES256", writes=UNKNOWN), Result.WARN, "not known: no"),
        (BucketView(is_versioned=False, encryption="AES256", writes=True), Result.WARN, "no older versions"),
        (BucketView(is_versioned=UNKNOWN, encryption=UNKNOWN, writes=True), Result.WARN, "the rest is not known: no; no"),
    ],
)
def test_what_a_bucket_is_worth_as_a_state(bucket: BucketView, result: Result, words: str):
    verdict = judge_bucket("s3://memory/of/forensics", bucket)
    assert (verdict.result, words in verdict.evidence) == (result, True), verdict
