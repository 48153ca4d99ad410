"""An organization in which every caller has one of the policies of config/permissions and nothing more."""

import io
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from orchestrator.adapters.files.rollout.file import load
from orchestrator.cli import main
from orchestrator.rights import Command, Policy, written_policies
from orchestrator.sandbox import Judged, Sandbox
from orchestrator.templates import as_list
from tests.cli.conftest import Answer
from tests.worlds.organizations import Snapshot
from tests.worlds.rollouts import write
from tests.worlds.sandboxes import playing

ACCESS_ROLE, ITS_POLICY = "OrganizationAccountAccessRole", "AdministratorAccess"


@dataclass(slots=True)
class Stage:
    """``account`` is the callers', ``others`` are those they look into. ``judged`` has what each command needed of its caller."""

    sandbox: Sandbox
    account: str
    others: tuple[str, ...]
    policies: Mapping[Policy, str] = field(default_factory=dict)
    judged: dict[Command, set[Judged]] = field(default_factory=lambda: defaultdict(set))

    def configure(self, rollout: Mapping[str, object]) -> None:
        """Write rollout.yaml, render its policies, and give the access roles theirs."""
        folder = Path("config")
        folder.mkdir(exist_ok=True)
        written = written_policies(load(write(folder, rollout))[0])
        self.policies = {policy: written[f"{policy}.json"] for policy in Policy}
        for account in self.others:
            self.sandbox.put_inline_policy(account, ACCESS_ROLE, ITS_POLICY, self.policies[Policy.PROBER])

    def run(self, command: Command, *words: str, policy: Policy, code: int = 0) -> Answer:
        """The command as a caller with that policy, and with the prober's for its own account."""
        name = f"caller-{command}".replace(" ", "")
        answer = self.type([*command.split(), *words], self.policies[policy], self.policies[Policy.PROBER], name=name)
        assert answer.code == code, f"{command} {words} ended with {answer.code}\n{answer.err}\n{answer.out}"
        self.judged[command] |= self.sandbox.judged(name)
        return answer

    def inside(self) -> frozenset[Judged]:
        """What was needed of the access roles."""
        return self.sandbox.judged(ACCESS_ROLE)

    def type(self, words: list[str], *policies: str, name: str = "caller") -> Answer:
        """``words`` off a terminal, as a caller with these policies."""
        variables = self.sandbox.caller_environment(*policies, account=self.account, name=name)
        out, err = io.StringIO(), io.StringIO()
        with (
            patch.dict(os.environ, variables),
            patch.object(sys, "argv", ["orchestrator", *words]),
            patch.object(sys, "stdin", io.StringIO()),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        return Answer(code, out.getvalue(), err.getvalue())


def actions_in(policy: str) -> frozenset[str]:
    return frozenset(action for statement in json.loads(policy)["Statement"] for action in as_list(statement["Action"]))


def without(policy: str, action: str) -> str:
    """The same policy, but for one action."""
    document = json.loads(policy)
    for statement in document["Statement"]:
        statement["Action"] = [one for one in as_list(statement["Action"]) if one != action]
    document["Statement"] = [statement for statement in document["Statement"] if statement["Action"]]
    return json.dumps(document)


@contextmanager
def staged(snapshot: Snapshot, rollout: Mapping[str, object], *, account: str, others: tuple[str, ...]) -> Iterator[Stage]:
    with playing(snapshot) as sandbox:
        stage = Stage(sandbox, account, others)
        stage.configure(rollout)
        yield stage
