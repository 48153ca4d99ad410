"""Who may assume a role: each statement of its trust policy with its own principals, narrowing and conditions.

Elements and semantics: IAM user guide, "AWS JSON policy elements: Principal" and "How to use trust policies with IAM roles".
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from orchestrator.model.identifiers import EACH_ACCOUNT
from orchestrator.permissions.allowances import Allowance, statements_of
from orchestrator.permissions.conditions import ConditionTest, condition_tests, implies
from orchestrator.permissions.patterns import PARTS, covers
from orchestrator.permissions.resolution import ACCOUNT_HERE, texts

ASSUMED_BY = "assumed by"
DENIED_TO = "denied to"
ORGANIZATION = "organization"
EXTERNAL_ID = "external id"
OTHER_CONDITIONS = "other conditions"

Values = tuple[str, ...]

PRINCIPAL_ARN = "aws:principalarn"
PRINCIPAL_ACCOUNT = "aws:principalaccount"
ORGANIZATION_KEY = "aws:principalorgid"
EXTERNAL_ID_KEY = "sts:externalid"
ASSUME_ROLE = "sts:AssumeRole"
EQUALITIES = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"})


@dataclass(frozen=True, slots=True)
class Admission:
    """One principal of a statement and one of its actions. A principal that ``aws:PrincipalArn`` narrows is what it is narrowed to."""

    principal: str
    action: str
    conditions: frozenset[ConditionTest]

    def words(self, known: frozenset[ConditionTest]) -> str:
        """The principal, with another action than AssumeRole, and with the conditions that are not among the ``known``."""
        by = "" if self.action.lower() == ASSUME_ROLE.lower() else f" by {self.action}"
        own = "; ".join(map(in_words, sorted(self.conditions - known)))
        return f"{self.principal}{by}" + (f" ({own})" if own else "")

    @property
    def pattern(self) -> str:
        """The principal as a pattern: an account stands for everything in it."""
        account = account_of(self.principal)
        return f"arn:*:*::{account}:*" if account else self.principal


@dataclass(frozen=True, slots=True)
class Trust:
    """A trust policy. What it allows is ``admissions`` without ``denials``."""

    admissions: tuple[Admission, ...] = ()
    denials: tuple[Admission, ...] = ()

    @property
    def common(self) -> frozenset[ConditionTest]:
        """The conditions of every admission."""
        own = [admission.conditions for admission in self.admissions]
        return own[0].intersection(*own) if own else frozenset()

    @property
    def external_ids(self) -> frozenset[ConditionTest]:
        """Tests of the external id, anywhere: for comparison, never to be shown."""
        every = (test for admission in self.admissions for test in admission.conditions)
        return frozenset(test for test in every if test.key.lower() == EXTERNAL_ID_KEY)

    @property
    def named(self) -> tuple[ConditionTest | None, ConditionTest | None]:
        """The organization and the external id that every admission demands."""
        return equality(self.common, ORGANIZATION_KEY), equality(self.common, EXTERNAL_ID_KEY)

    @property
    def others(self) -> frozenset[ConditionTest]:
        """Conditions of every admission that have no name of their own."""
        return self.common.difference(filter(None, self.named))

    def properties(self) -> Mapping[str, Values]:
        """In words. Conditions of all admissions stand alone, those of some beside their principals."""
        common = self.common
        organization, external_id = self.named
        return {
            ASSUMED_BY: tuple(dict.fromkeys(admission.words(common) for admission in self.admissions)),
            DENIED_TO: tuple(dict.fromkeys(denial.words(frozenset()) for denial in self.denials)),
            ORGANIZATION: organization.values if organization else (),
            EXTERNAL_ID: ("set",) if external_id else (),
            OTHER_CONDITIONS: tuple(plainly(test) for test in sorted(self.others)),
        }

    def admits_more_than(self, before: "Trust") -> bool:
        """Whether a principal comes in that did not, common conditions of ``before`` aside; True where that cannot be decided."""
        known = [(old.action.lower(), Allowance(old.pattern, old.conditions - before.common)) for old in before.admissions]
        return not all(
            Allowance(new.pattern, new.conditions).is_within(old for action, old in known if covers(action, new.action.lower()))
            for new in self.admissions
        )

    def keeps_others_of(self, before: "Trust") -> bool:
        """Whether each of those conditions of ``before`` still holds for every admission."""
        return all(any(implies(ours, test) for ours in self.common) for test in before.others)


def trust_of(document: object) -> Trust:
    """The trust policy as a template or IAM holds it, read into who it admits and whom it denies."""
    statements = list(statements_of(document))
    by_effect = {effect: [one for one in statements if one.get("Effect") == effect] for effect in ("Allow", "Deny")}
    allowed, denied = (tuple(found for one in by_effect[effect] for found in admissions(one)) for effect in by_effect)
    return Trust(allowed, denied)


def admissions(statement: Mapping[str, object]) -> Iterator[Admission]:
    """``NotPrincipal`` and ``NotAction`` are read as everything: too much is shown rather than too little."""
    tests = condition_tests(statement.get("Condition"))
    narrowing = equality(tests, PRINCIPAL_ARN)
    for action in texts(statement.get("Action", "*")):
        for principal in principals_of(statement.get("Principal", "*")):
            narrowed = narrow_to(principal, narrowing.values) if narrowing is not None else ()
            yield from (Admission(arn, action, tests - {narrowing}) for arn in narrowed)
            if not narrowed:
                yield Admission(principal, action, tests)


def principals_of(principal: object) -> list[str]:
    return [text for values in principal.values() for text in texts(values)] if isinstance(principal, Mapping) else texts(principal)


def narrow_to(principal: str, arns: Values) -> Values:
    """Which of these ARNs are let in for a principal that stands for a whole account, or for all; empty where that cannot be said."""
    if principal == "*":
        return arns
    account, accounts = account_of(principal), ["".join(parts_of(arn)[4:5]) for arn in arns]
    if not account or not all(where.isdigit() or where == EACH_ACCOUNT for where in accounts):
        return ()
    return tuple(arn for arn, where in zip(arns, accounts, strict=True) if where == account)


def account_of(principal: str) -> str:
    """The account of a principal that stands for a whole one, given by its id or its root's ARN; else empty."""
    parts = parts_of(principal)
    if len(parts) == PARTS and parts[5] == "root":
        return parts[4]
    return principal if principal.isdigit() else ""


def parts_of(arn: str) -> list[str]:
    """Of an ARN, also of one in whichever account it is used."""
    return arn.replace(ACCOUNT_HERE, EACH_ACCOUNT).split(":", PARTS - 1)


def equality(tests: Iterable[ConditionTest], key: str) -> ConditionTest | None:
    """The first test that demands one of its values of this key, of a request that has it."""
    found = (test for test in sorted(tests) if test.key.lower() == key and not test.is_optional and not test.quantifier)
    return next((test for test in found if test.comparison in EQUALITIES), None)


def in_words(test: ConditionTest) -> str:
    """A condition beside its principal."""
    if equality([test], ORGANIZATION_KEY):
        return f"{ORGANIZATION} {', '.join(test.values)}"
    return f"{EXTERNAL_ID} set" if equality([test], EXTERNAL_ID_KEY) else plainly(test)


def plainly(test: ConditionTest) -> str:
    """A condition as IAM reads it; of an external id only that there is one."""
    values = "set" if test.key.lower() == EXTERNAL_ID_KEY else ", ".join(test.values)
    return f"{test.operator} {test.key}: {values}"
