"""Changes by hand in account A, and what drift detection makes of each."""

from collections.abc import Callable
from dataclasses import dataclass

from orchestrator.adapters.aws.live.experiments import Experiments, outcome, retried
from orchestrator.adapters.aws.live.refusals import or_refusal
from orchestrator.adapters.aws.live.template import policy
from orchestrator.adapters.aws.live.trial import changed
from orchestrator.doctor.live.things import Thing, ThingKind
from orchestrator.doctor.live.workbench import Answers, Making

BY_HAND = policy("s3:ListAllMyBuckets", Resource="*")


@dataclass(frozen=True, slots=True)
class Alterations:
    """Of the role and the stack that ``experiments.trial`` made in account A; each is put back before the next."""

    experiments: Experiments

    @property
    def role(self) -> str:
        return self.experiments.trial.name

    @property
    def added(self) -> Thing:
        return Thing(ThingKind.INLINE_POLICY, f"{self.role}-added", (self.experiments.a.account,), self.role)

    def none(self, _: Making) -> Answers:
        return self._detect()

    def tag(self, _: Making) -> Answers:
        iam = self.experiments.a.iam
        iam.tag_role(RoleName=self.role, Tags=[{"Key": "made-by", "Value": "hand"}])
        return self._detect(lambda: iam.untag_role(RoleName=self.role, TagKeys=["made-by"]))

    def added_policy(self, making: Making) -> Answers:
        with making(self.added):
            self.experiments.a.put_policy(self.role, self.added.name, BY_HAND)
        return self._detect(lambda: self.experiments.a.remove_policy(self.role, self.added.name))

    def changed_policy(self, _: Making) -> Answers:
        """Whether an update without any change of the StackSet puts it back, too."""
        a, trial = self.experiments.a, self.experiments.trial
        before = a.policy(self.role, self.role)
        a.put_policy(self.role, self.role, BY_HAND)
        answers, ended = self._detect(), trial.update(a.account)
        return {**answers, "update_instances": {**outcome(ended), **self._detect(lambda: a.put_policy(self.role, self.role, before))}}

    def member_side_update(self, _: Making) -> Answers:
        """The stack updated directly in the account, past its StackSet."""
        a, trial = self.experiments.a, self.experiments.trial
        stack = trial.stack_id(a.account)
        answers = {"stack": a.update_stack(stack, changed({"MaxSession": "5400"})), **self._detect()}
        ended = trial.update(a.account)
        return {**answers, "update_instances": {**outcome(ended), "max_session": a.max_session(self.role)}}

    def deleted_stack(self, _: Making) -> Answers:
        """What the instance shows, with and without drift detection, and which retry builds the stack again."""
        a, trial = self.experiments.a, self.experiments.trial
        answers = {"stack": a.delete_stack(trial.stack_id(a.account)), "instances": trial.instances(), "drift_detection": self._detect()}
        after_update = {**retried(trial, lambda: trial.update(a.account)), "has_role": a.has_role(self.role)}
        after_create = {**retried(trial, lambda: trial.deploy(a.account)), "has_role": a.has_role(self.role)}
        return {**answers, "update_instances": after_update, "create_instances": after_create}

    def _detect(self, put_back: Callable[[], object] = lambda: None) -> Answers:
        trial, account = self.experiments.trial, self.experiments.a.account
        try:
            ended = trial.detect_drift()
            shown = trial.instances().get(account, {})
            return {**outcome(ended), "instance": shown.get("drift", ""), "resources": or_refusal(lambda: trial.drifts(ended, account))}
        finally:
            put_back()
