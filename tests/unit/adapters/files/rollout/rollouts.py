"""A sound rollout.yaml to spoil in tests. A § marks the place of the expected complaint, and is taken out before the file is written."""

from pathlib import Path

SOUND = """\
version: 1
profile: classic
prefix: cado
organization: {id: o-exampleorgid, home_region: us-east-1, call_as: self, scope: [/]}
roles:
  platform: {account: "222222222222", name: CadoResponseInstanceRole}
  acquisition: {account: "222222222222", name: CadoResponseRole}
  spoke: {name: CadoResponseCrossAccountRole, trusted: [platform, acquisition], external_id: null}
  discovery: {name: CadoResponseDiscoveryRole, trusted: [platform]}
parameters: {platform_bucket: my-platform-bucket}
access: {role_name: OrganizationAccountAccessRole, management_role_arn: null}
rules:
  - rule: workloads
    where: {ou: /Workloads}
    grant: [spoke-checks, spoke-kms]
  - rule: cardholder data
    where: {tag: {compliance: pci}}
    withhold: [spoke-triage]
    because: PCI scope
  - rule: the hub
    where: hub
    grant: [hub-storage, hub-kms-first-use]
temporary:
  hub-kms-first-use:
    remove_when: {service_linked_role: AWSServiceRoleForKeyManagementServiceMultiRegionKeys}
    expires_after: 30d
safety: {max_revoked_percent: 20, protected_accounts: [], sensitive_actions: ["iam:*"]}
rollout:
  waves:
    - {name: canary, where: {tag: {rollout: canary}}}
    - {name: early, percent: 10}
    - {name: everyone}
state: .orchestrator
"""


def spoil(old: str, new: str) -> str:
    """The sound file with one passage replaced."""
    assert SOUND.count(old) == 1, f"{old!r} must occur once"
    return SOUND.replace(old, new)


def write_marked(folder: Path, text: str) -> tuple[Path, str | None]:
    """The file, and ``line:column`` of the mark, if there is one."""
    path = folder / "rollout.yaml"
    path.write_text(text.replace("§", ""), encoding="utf-8")
    before, mark, _ = text.partition("§")
    return path, f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}" if mark else None
