"""When AWS may have the next operation on a StackSet although it still works on others there.

Managed execution is on: StackSets runs what does not conflict side by side and queues the rest in the order of the requests
(https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ManagedExecution.html). Only operations on instances of different
accounts are sent together, so that it makes no difference which of the two AWS does. Repairs wait for each other: what does not repair a
few accounts is not tried in the next.
"""

from orchestrator.model.operation import CreateInstances, DeleteInstances, Operation, UpdateInstances

DEPTH = 3
"""How many operations of one StackSet AWS has at most: what it works on, and what it begins with between two looks."""

ON_INSTANCES = CreateInstances | UpdateInstances | DeleteInstances


def may_follow(operation: Operation, earlier: Operation) -> bool:
    """Whether it may be sent before ``earlier``, in the same StackSet, has ended: neither needs, undoes or hinders the other."""
    are_on_instances = isinstance(operation, ON_INSTANCES) and isinstance(earlier, ON_INSTANCES)
    are_repairs = operation.revision is not None and earlier.revision is not None
    return are_on_instances and not are_repairs and set(operation.accounts).isdisjoint(earlier.accounts)
