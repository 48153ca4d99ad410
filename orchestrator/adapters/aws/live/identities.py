"""A role assumed as soon as it is made, and a multi-Region key made without the right to make its service-linked role."""

from dataclasses import dataclass

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import code_of
from orchestrator.adapters.aws.live.experiments import seconds_since
from orchestrator.adapters.aws.live.inside import Inside
from orchestrator.adapters.aws.live.refusals import OK, or_refusal
from orchestrator.doctor.live.things import Thing, ThingKind
from orchestrator.doctor.live.workbench import Announce, Answers, NotDoneError
from orchestrator.ports import Clock

LINKED_ROLE = "AWSServiceRoleForKeyManagementServiceMultiRegionKeys"
MOST_REFUSALS = 60
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

    def role_made_anew(self, announce: Announce) -> Answers:
        announce(self.role)
        first = self._assume(self.a.make_role(self.role.name))
        self.a.remove_role(self.role.name)
        return {"first": first, "again": self._assume(self.a.make_role(self.role.name))}

    def multi_region_key(self, announce: Announce) -> Answers:
        """Only where the service-linked role is there already: it can never be deleted."""
        if not self.a.has_role(LINKED_ROLE):
            raise NotDoneError(f"{LINKED_ROLE} is not in account A, and could never be removed again.")
        announce(self.key_maker)
        arn = self.a.make_role(self.key_maker.name)
        self.a.put_policy(self.key_maker.name, "keys", CREATE_KEYS)
        self._assume(arn)
        announce(self.key)
        kms = self.a.kms_as(arn)
        made = or_refusal(lambda: kms.create_key(MultiRegion=True, Description=self.key.name)["KeyMetadata"])
        return {"create_key": made if "refused" in made else OK}

    def _assume(self, arn: str) -> Answers:
        """Until it lets us in."""
        begin, refused = self.clock.now(), 0
        while refused < MOST_REFUSALS:
            try:
                self.a.sts.assume_role(RoleArn=arn, RoleSessionName="doctor-live")
            except ClientError as error:
                if code_of(error) != "AccessDenied":
                    raise
                refused += 1
                self.clock.sleep(1)
            else:
                return {"is_let_in": True, "after_seconds": seconds_since(begin, self.clock)}
        return {"is_let_in": False, "after_seconds": seconds_since(begin, self.clock)}
