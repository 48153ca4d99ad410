"""Another implementation of IAM's evaluation answers as ours does: https://www.npmjs.com/package/@cloud-copilot/iam-simulate.

Needs node, and npm, which installs the package of ``independent/package-lock.json`` once. Its licence, AGPL-3.0, is why it stays a tool of
the tests: nothing of it is imported or distributed.

Left out of the cases is what negates a variable without a value: it never matches that, and the user guide says it does
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value).
"""

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import pytest

from orchestrator.policies.context import Context
from orchestrator.policies.control import Bounds, Level, Outcome, outcome, reasons
from orchestrator.policies.statements import Request, Statement, statements_in

FOLDER = Path(__file__).parent / "independent"
CASES = 400
Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class Case:
    """A request of which everything is known, and the policies above it, level by level."""

    action: str
    resource: str
    context: dict[str, str | list[str]]
    service: list[list[Document]]
    resource_control: list[list[Document]]
    principal: str
    account: str


ACCOUNT = "111111111111"
PRINCIPAL = f"arn:aws:iam::{ACCOUNT}:role/team/Reader"
REQUESTS = (
    ("ec2:CreateSnapshot", f"arn:aws:ec2:eu-west-1:{ACCOUNT}:volume/vol-0123"),
    ("ec2:DescribeInstances", "*"),
    ("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/team/Spoke"),
    ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/stacksets-exec-0123"),
    ("s3:GetObject", "arn:aws:s3:::evidence/disk/image.raw"),
    ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:token-abc"),
    ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:findings"),
)
BOUND_ACTIONS = ("s3:Get*", "s3:*", "sqs:*", "secretsmanager:*", "sqs:SendMessage")
ACTIONS = (*BOUND_ACTIONS, "*", "ec2:*", "ec2:Create*", "ec2:*Snapshot", "iam:Create?ole", "IAM:putrolepolicy")
RESOURCES = (
    "*",
    "arn:aws:ec2:*:*:volume/*",
    "arn:aws:iam::*:role/team/*",
    "arn:aws:iam::*:role/stacksets-exec-*",
    f"arn:aws:iam::{ACCOUNT}:role/*/Spoke",
    "arn:aws:s3:::evidence/*",
    "arn:aws:s3:::*/*.raw",
    "arn:aws:s3:*",
    "arn:aws:*:*:*:role/*/${aws:PrincipalTag/name, 'Spoke'}",
    "arn:aws:s3:::${aws:PrincipalTag/bucket}/*",
)
CONDITIONS = (
    (
        "aws:PrincipalArn",
        ("String{}Like", "Arn{}Like", "Arn{}Equals"),
        ("arn:aws:iam::*:role/team/*", "arn:aws:iam::*:role/admin", PRINCIPAL),
    ),
    ("aws:PrincipalOrgID", ("String{}Equals", "String{}Like"), ("o-exampleorgid", "o-other00001", "o-*")),
    ("aws:RequestedRegion", ("String{}Equals", "String{}EqualsIgnoreCase", "String{}Like"), ("eu-west-1", "EU-WEST-1", "us-*")),
    ("aws:PrincipalTag/bucket", ("String{}Equals", "String{}Like"), ("evidence", "e*", "${aws:PrincipalTag/bucket}")),
    ("aws:SourceVpc", ("String{}Equals", "String{}Like"), ("vpc-1", "vpc-*")),
    ("aws:MultiFactorAuthAge", ("Numeric{}Equals",), ("300", "600")),
    ("aws:MultiFactorAuthAge", ("NumericLessThan", "NumericGreaterThanEquals"), ("300", "600")),
    ("aws:CurrentTime", ("DateLessThan", "DateGreaterThanEquals", "Date{}Equals"), ("2026-11-28T00:00:00Z", "2027-01-01T00:00:00Z")),
    ("aws:SourceIp", ("{}IpAddress",), ("203.0.113.0/24", "198.51.100.0/24")),
    ("aws:SecureTransport", ("Bool",), ("true", "false")),
)
CONTEXT: Mapping[str, str | list[str]] = {
    "aws:PrincipalArn": PRINCIPAL,
    "aws:PrincipalAccount": ACCOUNT,
    "aws:PrincipalOrgID": "o-exampleorgid",
    "aws:RequestedRegion": "eu-west-1",
    "aws:PrincipalTag/bucket": "evidence",
    "aws:MultiFactorAuthAge": "300",
    "aws:CurrentTime": "2026-11-28T00:00:00Z",
    "aws:SourceIp": "203.0.113.7",
    "aws:SecureTransport": "true",
    "aws:TagKeys": ["env", "team"],
}


def made(random: Random) -> Case:
    """Three levels of service control policies and one of resource control policies; some keys are absent."""
    action, resource = random.choice(REQUESTS)
    context = {key: value for key, value in CONTEXT.items() if key == "aws:PrincipalArn" or random.random() < 0.8}
    service = [[policy(random, allows=True) for _ in range(random.randint(1, 2))] for _ in range(3)]
    return Case(action, resource, context, service, [[policy(random, allows=False)]], PRINCIPAL, ACCOUNT)


def policy(random: Random, *, allows: bool) -> Document:
    """Half of the service control policies allow everything but for what a statement denies."""
    statements = [statement(random, "Deny", is_resource_control=not allows) for _ in range(random.randint(1, 2))]
    if allows:
        everything: Document = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        statements.append(everything if random.random() < 0.7 else statement(random, "Allow"))
    return {"Version": "2012-10-17", "Statement": statements}


def statement(random: Random, effect: str, *, is_resource_control: bool = False) -> Document:
    """Of the elements AWS takes there: a resource control policy names actions of its services, and everyone as its principal."""
    is_inverse = random.random() < 0.2 and not is_resource_control
    actions = BOUND_ACTIONS if is_resource_control else ACTIONS
    found: Document = {"Effect": effect, "NotAction" if is_inverse else "Action": random.sample(actions, random.randint(1, 2))}
    resources = [text for text in RESOURCES if text != "arn:aws:s3:*"] if is_resource_control else RESOURCES
    if random.random() < 0.2:
        found["NotResource"] = random.sample([text for text in resources if "/bucket}" not in text], random.randint(1, 2))
    else:
        found["Resource"] = random.sample(resources, random.randint(1, 2))
    if is_resource_control:
        found["Principal"] = "*"
    if random.random() < 0.7:
        found["Condition"] = conditions(random)
    return found


def conditions(random: Random) -> Document:
    block: dict[str, dict[str, list[str]]] = {}
    for key, operators, values in random.sample(CONDITIONS, random.randint(1, 2)):
        operator = random.choice(operators).format(random.choice(("", "Not")))
        block.setdefault(operator + random.choice(("", "IfExists")), {})[key] = random.sample(values, random.randint(1, len(values)))
    if random.random() < 0.3:
        quantified = f"{random.choice(('ForAllValues', 'ForAnyValue'))}:String{random.choice(('', 'Not'))}Equals"
        block[quantified] = {"aws:TagKeys": random.sample(["env", "team", "cost"], random.randint(1, 3))}
    if random.random() < 0.2:
        block["Null"] = {random.choice(tuple(CONTEXT)): [random.choice(("true", "false"))]}
    return dict(block)


def ours(case: Case) -> Outcome:
    statements: dict[str, tuple[Statement, ...]] = {}
    service, resource = (frozenset(level(there, statements) for there in levels) for levels in (case.service, case.resource_control))
    known = {key.lower(): ((value,) if isinstance(value, str) else tuple(value),) for key, value in case.context.items()}
    request = Request(case.action, case.resource, Context(known, absent=("",)))
    return outcome(reasons(statements, Bounds(service, resource), request))


def level(documents: Sequence[Document], statements: dict[str, tuple[Statement, ...]]) -> Level:
    """The names of these policies, whose statements join the others."""
    texts = [json.dumps(document) for document in documents]
    statements.update({text: statements_in(text) for text in texts})
    return frozenset(texts)


@pytest.fixture(scope="module")
def theirs() -> Sequence[Path]:
    """The command of the other evaluator."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not here, and with it the independent evaluator")
    if why := missing():
        pytest.skip(f"the independent evaluator cannot be installed: {why}")
    return Path(node), FOLDER / "judge.mjs"


def missing() -> str:
    """Why it is not there and npm cannot install it; empty when it is there."""
    npm, package = shutil.which("npm"), FOLDER / "node_modules" / "@cloud-copilot" / "iam-simulate" / "package.json"
    if package.exists():
        return ""
    if npm is None:
        return "npm is not here"
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--fetch-retries=0", "--fetch-timeout=10000"]
    try:
        ended = subprocess.run(command, cwd=FOLDER, check=False, capture_output=True, text=True, timeout=40)
    except subprocess.TimeoutExpired:
        return "npm does not end"
    return "" if ended.returncode == 0 else f"npm ends with {ended.returncode}: {ended.stderr.strip()[-200:]}"


def test_an_independent_evaluator_agrees(theirs: Sequence[Path]):
    random = Random(14)
    cases = [made(random) for _ in range(CASES)]
    answer = subprocess.run(
        theirs, input=json.dumps([asdict(case) for case in cases]), check=True, capture_output=True, text=True, timeout=60
    )
    verdicts: list[bool | None] = json.loads(answer.stdout)
    compared = [
        (mine, passes, case)
        for case, passes in zip(cases, verdicts, strict=True)
        if passes is not None and (mine := ours(case)) is not Outcome.DEPENDS
    ]
    differing = [case for mine, passes, case in compared if (mine is Outcome.UNBLOCKED) is not passes]
    assert differing == [], f"{len(differing)} of {len(compared)}, the first: {differing[0]}"
    assert Counter(mine for mine, _, _ in compared).keys() == {Outcome.UNBLOCKED, Outcome.BLOCKED}
    assert len(compared) > CASES * 3 // 4
