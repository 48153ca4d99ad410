"""What both stores and both locks promise, and what each promises on its own."""

import errno
import os
import signal
import stat
import subprocess
import sys

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from orchestrator.adapters.state.bucket.lock import BucketLock
from orchestrator.adapters.state.bucket.store import BucketStore
from orchestrator.adapters.state.folder import store as folder_store
from orchestrator.adapters.state.folder.lock import FolderLock
from orchestrator.adapters.state.folder.store import FolderStore
from orchestrator.adapters.state.lock_note import LockNote
from orchestrator.errors import RefusedError, StateError
from tests.contract.stores import BUCKET, opened

HOLD = """
import sys, time
from pathlib import Path
from orchestrator.adapters.state.folder.lock import FolderLock
lock = FolderLock(Path(sys.argv[1]))
lock.acquire("ada on laptop")
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture(params=["folder", "bucket"])
def place(request, tmp_path):
    with opened(tmp_path, request.param) as found:
        yield found


@pytest.fixture
def bucket(tmp_path):
    with opened(tmp_path, "bucket") as found:
        yield found


# ---------------------------------------------------------------- both stores


def test_records_come_back_in_order_to_another_process(place):
    written = [f"record {number}".encode() for number in range(12)]
    for record in written:
        place.store().append("journal/0f", record)
    assert list(place.store().read_log("journal/0f")) == written


def test_logs_do_not_mix(place):
    store = place.store()
    store.append("journal/a", b"one")
    store.append("journal/ab", b"two")
    store.append("ledger", b"three")
    assert [list(store.read_log(log)) for log in ("journal/a", "journal/ab", "ledger")] == [[b"one"], [b"two"], [b"three"]]


def test_what_is_not_there_is_empty_and_makes_nothing(place):
    store = place.store()
    assert list(store.read_log("journal/0f")) == []
    assert store.get("plans/0f.json") is None
    assert list(store.keys("")) == []
    assert not place.folder.exists()


def test_a_file_is_replaced_as_a_whole(place):
    place.store().put("plans/0f.json", b"a long plan")
    place.store().put("plans/0f.json", b"short")
    assert place.store().get("plans/0f.json") == b"short"


def test_keys_are_files_and_logs_below_a_prefix(place):
    store = place.store()
    store.append("journal/b", b"1")
    store.append("journal/b", b"2")
    store.append("journal/a", b"1")
    store.put("plans/a.json", b"{}")
    assert list(store.keys("journal/")) == ["journal/a", "journal/b"]
    assert list(store.keys("")) == ["journal/a", "journal/b", "plans/a.json"]


def test_a_record_is_one_line(place):
    with pytest.raises(ValueError, match="one line"):
        place.store().append("ledger", b"two\nlines")


def test_bytes_survive_as_they_are(place):
    odd = "é\r\t\u2028".encode()
    place.store().append("ledger", odd)
    place.store().put("plans/x", odd)
    assert list(place.store().read_log("ledger")) == [odd]
    assert place.store().get("plans/x") == odd


# ---------------------------------------------------------------- both locks


def test_the_second_operator_is_told_who_holds_the_lock_and_how_to_break_it(place):
    first = place.lock()
    first.acquire("ada on laptop")
    with pytest.raises(RefusedError) as refused:
        place.lock().acquire("bob on server")
    assert refused.value.refusal == "locked"
    assert "ada on laptop" in refused.value.message
    assert "--break-lock" in (refused.value.remedy or "")
    first.release()


def test_a_lock_given_back_can_be_taken(place):
    first, second = place.lock(), place.lock()
    first.acquire("ada")
    first.release()
    second.acquire("bob")
    second.release()
    second.release()


def test_the_holder_is_known_by_name_for_as_long_as_he_has_the_lock(place):
    lock = place.lock()
    assert place.lock().holder() is None
    lock.acquire("ada on laptop")
    assert place.lock().holder() == "ada on laptop"
    lock.release()
    assert place.lock().holder() is None


def test_a_broken_lock_stays_with_who_broke_it(place, monkeypatch):
    first, second = place.lock(), place.lock()
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("orchestrator.adapters.state.lock_note.this_machine", lambda: "elsewhere")
        first.acquire("ada")
    second.acquire("bob", break_lock=True)
    first.release()
    with pytest.raises(RefusedError, match="bob"):
        place.lock().acquire("eve")
    second.release()
    place.lock().acquire("eve")


# ---------------------------------------------------------------- the folder


def test_a_torn_last_line_is_nobodys_record_and_makes_room(tmp_path):
    store = FolderStore(tmp_path)
    store.append("ledger", b"whole")
    with (tmp_path / "ledger.jsonl").open("ab") as file:
        file.write(b"to")
    assert list(store.read_log("ledger")) == [b"whole"]
    store.append("ledger", b"next")
    assert list(store.read_log("ledger")) == [b"whole", b"next"]


def test_only_the_owner_may_read(tmp_path):
    store = FolderStore(tmp_path / "deep" / "state")
    store.append("journal/0f", b"1")
    store.put("plans/0f.json", b"{}")
    folders = [tmp_path / "deep", tmp_path / "deep/state", tmp_path / "deep/state/journal", tmp_path / "deep/state/plans"]
    files = [tmp_path / "deep/state/journal/0f.jsonl", tmp_path / "deep/state/plans/0f.json"]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_full_disk_leaves_no_half_record_and_says_what_to_do(tmp_path, monkeypatch):
    store = FolderStore(tmp_path)
    store.append("ledger", b"whole")

    def fill_up(descriptor, content=b""):
        os.pwrite(descriptor, content[:3], os.fstat(descriptor).st_size)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fully_cached(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(folder_store, "write_all", fill_up)
        with pytest.raises(StateError, match="No space left") as failed:
            store.append("ledger", b"lost")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fill_up)
        with pytest.raises(StateError, match="No space left"):
            store.put("plans/0f.json", b"{}")
    assert "run the same command again" in (failed.value.remedy or "")
    assert (tmp_path / "ledger.jsonl").read_bytes() == b"whole\n"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["ledger.jsonl"]


def test_a_folder_in_the_way_of_a_file_is_told_with_its_place(tmp_path):
    (tmp_path / "state").write_text("a file where the folder should be")
    store = FolderStore(tmp_path / "state")
    with pytest.raises(StateError) as failed:
        store.append("ledger", b"1")
    assert failed.value.where == str(tmp_path / "state" / "ledger.jsonl")
    with pytest.raises(StateError):
        FolderLock(tmp_path / "state").acquire("ada")


def test_names_do_not_lead_out_of_the_folder(tmp_path):
    with pytest.raises(StateError, match="leads out"):
        FolderStore(tmp_path / "state").get("../secret")


def test_the_lock_of_a_killed_process_is_taken_over_with_a_note(tmp_path, caplog):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(RefusedError, match="ada on laptop"):
            FolderLock(tmp_path).acquire("bob")
        with pytest.raises(RefusedError, match="ada on laptop, since 20") as refused:
            FolderLock(tmp_path).acquire("bob", break_lock=True)
        assert f"Process {holder.pid} runs on this machine" in (refused.value.remedy or "")
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        holder.stdout.close()
    lock = FolderLock(tmp_path)
    assert lock.holder() is None
    lock.acquire("bob")
    assert "ada on laptop" in caplog.text
    lock.release()
    assert not (tmp_path / "lock.json").exists()


def test_a_note_from_another_machine_is_believed(tmp_path):
    elsewhere = LockNote("ada on server", "server", "server", 1, "2026-11-24T12:00:00+00:00", "0f")
    FolderStore(tmp_path).put("lock.json", elsewhere.encode())
    with pytest.raises(RefusedError, match="ada on server"):
        FolderLock(tmp_path).acquire("bob")
    lock = FolderLock(tmp_path)
    lock.acquire("bob", break_lock=True)
    lock.release()


# ---------------------------------------------------------------- the bucket


@pytest.mark.usefixtures("bucket")
def test_two_writers_of_one_log_never_interleave():
    first, second = (BucketStore(boto3.client("s3"), BUCKET, "") for _ in range(2))
    first.append("journal/0f", b"first")
    second.append("journal/0f", b"second, after the lock was broken")
    with pytest.raises(StateError, match="Another run writes"):
        first.append("journal/0f", b"first again")
    assert list(second.read_log("journal/0f")) == [b"first", b"second, after the lock was broken"]


@pytest.mark.usefixtures("bucket")
def test_our_own_write_whose_answer_was_lost_is_ours():
    first, second = (BucketStore(boto3.client("s3"), BUCKET, "") for _ in range(2))
    assert list(second.read_log("ledger")) == []
    first.append("ledger", b"the very same record")
    second.append("ledger", b"the very same record")
    assert list(second.read_log("ledger")) == [b"the very same record"]


@pytest.mark.usefixtures("bucket")
def test_a_deleted_record_is_noticed():
    client = boto3.client("s3")
    store = BucketStore(client, BUCKET, "p")
    for record in (b"1", b"2", b"3"):
        store.append("ledger", record)
    client.delete_object(Bucket=BUCKET, Key="p/ledger.log/00000002")
    with pytest.raises(StateError, match="Records of the log were deleted"):
        store.read_log("ledger")


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_is_not_there_is_told_with_its_address():
    store = BucketStore(boto3.client("s3"), "elsewhere", "p")
    for attempt in (lambda: store.append("ledger", b"1"), lambda: store.read_log("ledger"), lambda: store.put("plans/x", b"")):
        with pytest.raises(StateError, match="s3://elsewhere/p/"):
            attempt()


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (ClientError({"Error": {"Code": "SlowDown", "Message": "Reduce your rate."}}, "PutObject"), "throttled", "Reduce your rate"),
        (
            ClientError({"Error": {"Code": "ExpiredToken", "Message": "It expired."}}, "PutObject"),
            "credentials",
            "credentials have expired",
        ),
        (EndpointConnectionError(endpoint_url="https://s3"), "unreachable", "Could not connect"),
        (ClientError({"Error": {"Code": "NoSuchBucket", "Message": "None."}}, "PutObject"), "state", "NoSuchBucket"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.usefixtures("bucket")
def test_what_is_not_the_buckets_fault_is_told_as_what_it_is(monkeypatch, answer, kind, said):
    client = boto3.client("s3")
    store = BucketStore(client, BUCKET, "p")
    monkeypatch.setattr(client, "put_object", raising(answer))
    with pytest.raises(StateError, match=said) as failed:
        store.put("plans/x", b"")
    assert failed.value.reported_kind == kind
    assert f"s3://{BUCKET}/p/plans/x" in failed.value.message
    assert ("bucket exists" in (failed.value.remedy or "")) == (kind == "state")


def raising(error):
    def call(**_):
        raise error

    return call


@pytest.mark.usefixtures("bucket")
def test_a_lock_that_could_not_be_given_back_does_not_shut_out_its_own_run(monkeypatch):
    client = boto3.client("s3")
    lock = BucketLock(client, BUCKET, "p")
    lock.acquire("ada")
    with monkeypatch.context() as silent:
        silent.setattr(client, "delete_object", raising(EndpointConnectionError(endpoint_url="https://s3")))
        with pytest.raises(StateError):
            lock.release()
    with pytest.raises(RefusedError, match="ada"):
        BucketLock(client, BUCKET, "p").acquire("bob")
    lock.acquire("ada")
    lock.release()
    assert lock.holder() is None


@pytest.mark.usefixtures("bucket")
def test_the_lock_of_a_dead_process_of_this_machine_is_taken_over(caplog):
    client = boto3.client("s3")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    mine = LockNote.mine("ada, killed")
    dead = LockNote(mine.holder, mine.host, mine.machine, gone.pid, mine.since, mine.token)
    client.put_object(Bucket=BUCKET, Key="lock.json", Body=dead.encode())
    BucketLock(client, BUCKET, "").acquire("bob")
    assert "ada, killed" in caplog.text


@pytest.mark.usefixtures("bucket")
def test_a_lock_of_another_machine_is_never_taken_over_unasked():
    client = boto3.client("s3")
    elsewhere = LockNote("ada on server", "server", "server/other-boot", 2**22 + 1, "2026-11-24T12:00:00+00:00", "0f")
    client.put_object(Bucket=BUCKET, Key="lock.json", Body=elsewhere.encode())
    with pytest.raises(RefusedError, match="ada on server"):
        BucketLock(client, BUCKET, "").acquire("bob")
