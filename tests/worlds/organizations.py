"""Organizations as snapshots tell them: for the sandbox to play, for the program to read."""

from collections.abc import Iterable, Sequence

from orchestrator.model.identifiers import AccountId

Snapshot = dict[str, object]
Row = dict[str, object]

MANAGEMENT, HUB = AccountId("123456789012"), AccountId("222222222222")
PROD, DEV, SUSPENDED, LOOSE = map(AccountId, ("111111111111", "333333333333", "444444444444", "555555555555"))


def account(number: str, name: str, ou: str = "/", *, state: str = "ACTIVE", tags: dict[str, str] | None = None) -> Row:
    return {"id": number, "name": name, "email": f"{name}@example.com", "ou": ou, "state": state, "tags": tags or {}}


def snapshot(
    accounts: Iterable[Row],
    units: Sequence[str],
    *,
    management: str = MANAGEMENT,
    organization: str = "o-exampleorgid",
    root: str = "r-ab12",
    delegated: Sequence[str] = (),
) -> Snapshot:
    """The units are called ``ou-ab12-11111111``, ``ou-ab12-22222222`` and so on, in the order of their paths here."""
    return {
        "organization": {"id": organization, "management_account": management, "root": root},
        "organizational_units": [{"id": f"ou-{root[2:]}-{str(at) * 8}", "path": path} for at, path in enumerate(units, 1)],
        "accounts": list(accounts),
        "delegated_administrators": list(delegated),
    }


PAYMENTS = snapshot(
    [
        account(PROD, "payments-prod", "/Workloads/Prod", tags={"env": "prod"}),
        account(HUB, "security", "/Security"),
        account(DEV, "payments-dev", "/Workloads", tags={"env": "dev"}),
        account(SUSPENDED, "old", "/Workloads", state="SUSPENDED"),
        account(LOOSE, "loose"),
    ],
    ["/Workloads", "/Workloads/Prod", "/Security"],
    delegated=[HUB],
)
"""Two workload accounts, the hub, an account that is suspended and one in no unit."""
