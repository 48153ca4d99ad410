"""The local AWS to rehearse against: a server in a thread of this process, seeded from a snapshot, and the hands that change its world.

The emulator's state belongs to the process, so one sandbox runs at a time; each start begins with an empty world.
"""

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, ClassVar, Self

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import Client

from orchestrator.sandbox import seeding, tampering
from orchestrator.sandbox.auto_deployment import follow
from orchestrator.sandbox.control import Control
from orchestrator.sandbox.existing_roles import make_existing_roles
from orchestrator.sandbox.faults import Faults
from orchestrator.sandbox.gateway import Gateway
from orchestrator.sandbox.iam_api import MULTI_REGION_SERVICE, make_service_linked_role
from orchestrator.sandbox.iam_store import IamStore
from orchestrator.sandbox.journal import Journal
from orchestrator.sandbox.operations import Operations
from orchestrator.sandbox.organization import Account, Organization
from orchestrator.sandbox.principals import administrator
from orchestrator.sandbox.seeding import account_from, furnish, organization_from
from orchestrator.sandbox.server import Server
from orchestrator.sandbox.world import Judged, World

_SECRET = "sandbox"  # noqa: S105 - opens nothing but the local AWS
_STATES = frozenset({"PENDING_ACTIVATION", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"})


class Sandbox:
    """A context manager. ``endpoint`` is http://127.0.0.1:PORT, ``faults`` the switches, ``journal`` the calls received.

    ``port`` 0 takes a free one. ``seconds_per_instance`` is how long each stack of a StackSet operation takes.
    """

    _running: ClassVar["Sandbox | None"] = None

    def __init__(self, *, port: int = 0, seconds_per_instance: float = 0.0) -> None:
        self._port = port
        self._world = World(Faults(seconds_per_instance=seconds_per_instance))
        self._operations = Operations(self._world)
        self._server: Server | None = None
        self._region = "us-east-1"
        self.endpoint = ""

    @property
    def faults(self) -> Faults:
        return self._world.faults

    @property
    def journal(self) -> Journal:
        return self._world.journal

    # life

    def start(self) -> None:
        """Raises RuntimeError when a sandbox runs already, or when MOTO_ACCOUNT_ID would put every call into one account."""
        if Sandbox._running is not None:
            raise RuntimeError(f"a sandbox runs already in this process, at {Sandbox._running.endpoint}; stop it first")
        if "MOTO_ACCOUNT_ID" in os.environ:
            raise RuntimeError("MOTO_ACCOUNT_ID is set, which would serve every call from one account; unset it")
        Client(DomainDispatcherApplication(create_backend_app)).post("/moto-api/reset")
        gateway = Gateway(self._world, self._operations, Control(self._world, self._changes(), self.environment))
        self._server = Server(self._port, gateway, self._world.now)
        self.endpoint = self._server.endpoint
        self._server.start()
        Sandbox._running = self

    def stop(self) -> None:
        """Stop answering and end every thread; a second call does nothing."""
        if self._server is None:
            return
        with self._world.changed:
            self._world.is_closing = True
            self._world.changed.notify_all()
        self._operations.join()
        self._server.stop()
        self._server, Sandbox._running = None, None

    close = stop

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    # what it plays

    def seed(self, snapshot: Mapping[str, object]) -> None:
        """Put the organization of a parsed snapshot in place.

        Raises ValueError or KeyError for a snapshot that does not hold together.
        """
        organization = organization_from(snapshot)
        with self._world.lock:
            self._world.organization = organization
            for account in organization.accounts:
                if account != organization.management_account:
                    furnish(account, organization.management_account)
            make_existing_roles(self._world, snapshot, organization, self._region)

    def environment(self, account: str | None = None) -> dict[str, str]:
        """The variables that make a process an administrator of an account, by default the management account."""
        caller = administrator(account or self._organization.management_account)
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": caller.access_key,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_SESSION_TOKEN": "",
            "AWS_DEFAULT_REGION": self._region,
            "AWS_REGION": self._region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def caller_environment(self, *policies: str, account: str | None = None, name: str = "caller") -> dict[str, str]:
        """The variables of a process that may do what these policies say, by default in the management account.

        Its role of that name is made, or given these policies in place of others. Raises ValueError for what is no policy.
        """
        owner = account or self._organization.management_account
        with self._world.lock:
            seeding.make_caller(owner, name, policies)
        return self._session_environment(owner, name, "caller")

    def instance_environment(self, account: str, role: str) -> dict[str, str]:
        """The variables of a process on an EC2 instance whose profile carries the role. Raises LookupError when there is no such role."""
        return self._session_environment(account, role, "i-00000000000000001")

    def judged(self, role: str) -> frozenset[Judged]:
        """What the calls of the roles of that name, in whatever account, were judged on so far."""
        with self._world.lock:
            return frozenset(self._world.needed[role])

    # the world changes

    def move_account(self, account: str, ou_path: str) -> None:
        """``ou_path`` is a path of names, or the id of an OU or the root."""
        with self._world.lock:
            self._account(account).parent = self._organization.unit_at(ou_path)
            follow(self._world, self._operations, account)

    def set_state(self, account: str, state: str) -> None:
        if state not in _STATES:
            raise ValueError(f"no account state {state}; there are {', '.join(sorted(_STATES))}")
        with self._world.lock:
            self._account(account).state = state

    def add_account(self, account: str, *, name: str = "", ou_path: str = "/", tags: Mapping[str, str] | None = None) -> None:
        with self._world.lock:
            organization = self._organization
            item = {"id": account, "name": name, "ou": ou_path, "tags": dict(tags or {})}
            organization.accounts[account] = account_from(organization, item)
            furnish(account, organization.management_account)
            follow(self._world, self._operations, account)

    def remove_account(self, account: str) -> None:
        """The account leaves the organization; what was deployed in it stays."""
        with self._world.lock:
            self._organization.accounts.pop(self._account(account).id)

    def set_tags(self, account: str, tags: Mapping[str, str]) -> None:
        """Replace all tags of an account."""
        with self._world.lock:
            member = self._account(account)
            member.tags, member.was_tagged = dict(tags), True

    def set_organizations_access(self, status: str) -> None:
        """ENABLED, DISABLED or DISABLED_PERMANENTLY: StackSets' trusted access."""
        with self._world.lock:
            self._world.organizations_access = status

    def set_quota(self, code: str, value: float) -> None:
        """A service quota by its code, such as L-EC62D81A for StackSets."""
        with self._world.lock:
            self._world.quotas[code] = value

    def set_region(self, region: str, status: str) -> None:
        """Its RegionOptStatus, such as ENABLED or DISABLED, in every account."""
        with self._world.lock:
            self._world.regions[region] = status

    def set_features(self, features: str) -> None:
        """ALL or CONSOLIDATED_BILLING. With the second there is no trusted access for any service."""
        with self._world.lock:
            self._organization.features = features
            if not self._organization.has_all_features:
                self._world.organizations_access = "DISABLED"

    def now(self) -> datetime:
        return self._world.now()

    def advance_clock(self, seconds: float) -> None:
        """Let time pass for policies, sessions, timestamps and stacks that take theirs."""
        with self._world.changed:
            self._world.ahead += timedelta(seconds=seconds)
            self._world.changed.notify_all()

    def release(self) -> None:
        """Let held operations go on."""
        with self._world.changed:
            self.faults.hold, self.faults.hold_accounts = False, []
            self._world.changed.notify_all()

    # behind the product's back

    def make_foreign_stack_set(self, name: str, region: str = "us-east-1") -> str:
        """A foreign StackSet; returns its id."""
        with self._world.lock:
            owner = self._organization.management_account
            stack_set = tampering.foreign_stack_set(owner, region, name)
            self._world.stack_sets[owner, region].append(stack_set)
            return stack_set.id

    def put_inline_policy(self, account: str, role: str, name: str = "by-hand", document: str | None = None) -> None:
        with self._world.lock:
            tampering.put_inline_policy(account, role, name, document)

    def delete_inline_policy(self, account: str, role: str, name: str) -> None:
        with self._world.lock:
            tampering.delete_inline_policy(account, role, name)

    def tag_role(self, account: str, role: str, tags: Mapping[str, str]) -> None:
        with self._world.lock:
            tampering.tag_role(account, role, tags)

    def delete_role(self, account: str, role: str) -> None:
        with self._world.lock:
            tampering.delete_role(account, role)

    def delete_stack(self, account: str, name: str) -> str:
        """``name`` is a stack's, or the StackSet's that made it; returns the stack's status after."""
        with self._world.lock:
            return tampering.delete_stack(self._world, account, name)

    def make_multi_region_role(self, account: str) -> None:
        """As if a multi-Region key had been made there before."""
        with self._world.lock:
            make_service_linked_role(account, MULTI_REGION_SERVICE)

    # inside

    def _session_environment(self, account: str, role: str, name: str) -> dict[str, str]:
        found = IamStore(account).role(role)
        if found is None:
            message = f"account {account} has no role {role}"
            raise LookupError(message)
        with self._world.lock:
            session = self._world.sessions.open(found.arn, found.id, name, self._world.now() + timedelta(hours=6))
        keys = {"AWS_ACCESS_KEY_ID": session.caller.access_key, "AWS_SECRET_ACCESS_KEY": session.secret, "AWS_SESSION_TOKEN": session.token}
        return self.environment(account) | keys

    @property
    def _organization(self) -> Organization:
        if self._world.organization is None:
            raise RuntimeError("the sandbox has no organization yet; seed it with a snapshot")
        return self._world.organization

    def _account(self, account: str) -> Account:
        return self._organization.accounts[account]

    def _changes(self) -> dict[str, Any]:
        names = (
            "add_account", "advance_clock", "delete_inline_policy", "delete_role", "delete_stack", "make_foreign_stack_set",
            "make_multi_region_role", "move_account", "put_inline_policy", "release", "remove_account", "seed",
            "set_features", "set_organizations_access", "set_quota", "set_region", "set_state", "set_tags", "tag_role",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names}
