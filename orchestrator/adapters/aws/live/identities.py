"""A role assumed as soon as it is made, and a multi-Region key made without the right to make its service-linked role."""

from dataclasses import dataclass

from orchestrator.adapters.aws.live.assuming import let_in
from orchestrator.adapters.aws.live.inside import Inside
from orchestrator.adapters.aws.live.refusals import OK, or_refusal
from orchestrator.doctor.live.things import Thing, ThingKind
from orchestrator.doctor.live.workbench import Answers, Making, NotDoneError
from orchestrator.ports import Clock

LINKED_ROLE = "AWSServiceRoleForKeyManagementServiceMultiRegionKeys"
CREATE_KEYS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["kms:CreateKey", "kms:TagResource"], "Resource": "*"}],
}


@dataclass(frozen=True, slots=True)
class Identities:
    """In account A."""

    a: Inside
    name: str
    clock: Clock

    @property
    def role(self) -> Thing:
        return Thing(ThingKind.ROLE, f"{self.name}-anew", (self.a.account,))

    @property
    def key_maker(self) -> Thing:
        return Thing(ThingKind.ROLE, f"{self.name}-keys", (self.a.account,))

    @property
    def key(self) -> Thing:
        return Thing(ThingKind.KEY, f"{self.name}-key", (self.a.account,))

    def role_made_anew(self, making: Making) -> Answers:
        with making(self.role):
            arn = self.a.make_role(self.role.name)
        first = let_in(self.a.sts, arn, self.clock)
        self.a.remove_role(self.role.name)
        return {"first": first, "again": let_in(self.a.sts, self.a.make_role(self.role.name), self.clock)}

    def multi_region_key(self, making: Making) -> Answers:
        """Only where the service-linked role is there already: it can never be deleted."""
        if not self.a.has_role(LINKED_ROLE):
            raise NotDoneError(f"{LINKED_ROLE} is not in account A, and could never be removed again.")
        with making(self.key_maker):
            arn = self.a.make_role(self.key_maker.name)
        self.a.put_policy(self.key_maker.name, "keys", CREATE_KEYS)
        let_in(self.a.sts, arn, self.clock)
        kms = self.a.kms_as(arn)
        with making(self.key):
            made = or_refusal(lambda: kms.create_key(MultiRegion=True, Description=self.key.name)["KeyMetadata"])
        return {"create_key": made if "refused" in made else OK}
