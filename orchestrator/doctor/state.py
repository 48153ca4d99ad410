"""Where plans, the journal and the ledger are kept: for this machine alone or shared, free, and safe to write."""

from orchestrator.doctor.facts import Facts
from orchestrator.doctor.surroundings import BucketView
from orchestrator.model.check import Verdict, fail, ok, warn
from orchestrator.model.evidence import Unknown
from orchestrator.model.rollout import bucket_in


def check_state(facts: Facts) -> Verdict:
    """Raises UnreadError for the state of another rollout, too."""
    where, bucket = facts.tools.rollout.state, facts.surroundings.bucket()
    facts.belonging()
    holder = facts.tools.lock.holder()
    if holder is not None:
        return warn(f"another run is at work on {where}: {holder}.", "Wait for its end; `orchestrator history` shows what it does.")
    if bucket is None:
        remedy = "Set `state: s3://BUCKET/PREFIX` for a real rollout."
        return warn(f"{where} is a folder of this machine: runs elsewhere neither see its lock nor its ledger.", remedy)
    return judge_bucket(where, bucket)


def judge_bucket(where: str, bucket: BucketView) -> Verdict:
    name, _ = bucket_in(where) or (where, "")
    if bucket.writes is False:
        return fail(f"{where} takes a conditional write that S3 refuses: the lock would hold nothing.", "Keep the state in Amazon S3.")
    if isinstance(bucket.writes, Unknown):
        remedy = "Allow s3:PutObject below the prefix: every command that changes something writes there."
        return warn(f"whether {where} takes conditional writes is not known: {bucket.writes.reason}", remedy)
    if bucket.is_versioned is False:
        remedy = f"`aws s3api put-bucket-versioning --bucket {name} --versioning-configuration Status=Enabled`."
        return warn(f"{where} is shared, unlocked and takes conditional writes, but keeps no older versions.", remedy)
    unseen = [seen.reason for seen in (bucket.is_versioned, bucket.encryption) if isinstance(seen, Unknown)]
    if unseen:
        remedy = "Allow s3:GetBucketVersioning and s3:GetEncryptionConfiguration on the bucket."
        return warn(f"{where} is shared, unlocked and takes conditional writes; the rest is not known: {'; '.join(unseen)}", remedy)
    return ok(f"{where} is shared, unlocked, versioned, encrypted with {bucket.encryption}, and takes conditional writes.")
