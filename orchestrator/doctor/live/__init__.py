"""The first contact with a real organization: what AWS answers, tried on two throw-away accounts and written down."""

from orchestrator.doctor.live.accounts import refuse_accounts
from orchestrator.doctor.live.contact import Contact, Laboratory, make_contact
from orchestrator.doctor.live.things import Thing, ThingLog
from orchestrator.doctor.live.workbench import Answers, Step, Workbench

__all__ = ["Answers", "Contact", "Laboratory", "Step", "Thing", "ThingLog", "Workbench", "make_contact", "refuse_accounts"]
