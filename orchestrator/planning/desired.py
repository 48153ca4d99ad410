"""What the rules want, as a state: for verification and status, which compare it with what is there."""

from orchestrator.model.identifiers import AccountId
from orchestrator.model.state import Instance, State, Unit
from orchestrator.planning.grants import Wanted, WantedSets, shares


def desired_state(wanted: WantedSets, observed: State, management: AccountId) -> State:
    """Every wanted instance CURRENT. Windows that are not to be opened or moved are as observed."""
    return {place: desired_unit(share, observed.get(place)) for place, share in shares(wanted, management).items()}


def desired_unit(share: Wanted, observed: Unit | None) -> Unit:
    held = observed.instances if observed else {}
    shown = {account: held[account].window for account in share.accounts if account in held}
    return Unit(share.definition, {account: Instance(window=share.windows.get(account, shown.get(account))) for account in share.accounts})
