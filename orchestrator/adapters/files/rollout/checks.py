"""Contradictions and repetitions within rollout.yaml: roles, rules, waves and temporary terms."""

from collections.abc import Iterator

from orchestrator.adapters.files.reading.durations import parse_duration
from orchestrator.adapters.files.reading.validation import Fault
from orchestrator.adapters.files.reading.yaml_document import Location
from orchestrator.adapters.files.rollout.arns import check_arns
from orchestrator.adapters.files.rollout.pieces import Pieces
from orchestrator.adapters.files.rollout.schema import AnyRoleEntry, RuleEntry, TrustingRoleEntry, WaveEntry
from orchestrator.adapters.files.rollout.selectors import AllEntry, AnyEntry, Mapped, NotEntry, Word
from orchestrator.model.roles import Handling, RoleKind


def check_pieces(pieces: Pieces) -> Iterator[Fault]:
    """Every contradiction that shows without the catalog."""
    yield from check_hub(pieces)
    for kind, role in pieces.roles.items():
        yield from check_commas(kind, role)
        yield from check_existing(kind, role)
        yield from check_trust(kind, role, pieces)
    yield from check_rule_names(pieces)
    yield from check_repetition(pieces)
    for index, rule in pieces.rules.items():
        yield from check_rule(("rules", index), rule)
    yield from check_hub_selectors(pieces)
    yield from check_waves(pieces)
    yield from check_terms(pieces)
    yield from check_arns(pieces)


def check_hub(pieces: Pieces) -> Iterator[Fault]:
    """Both hub roles live in one account, under two names."""
    platform, acquisition = pieces.roles.get(RoleKind.PLATFORM), pieces.roles.get(RoleKind.ACQUISITION)
    if platform is None or acquisition is None:
        return
    hub, other = getattr(platform, "account", None), getattr(acquisition, "account", None)
    if hub != other:
        message = f"roles.acquisition.account: is {other}, but roles.platform names {hub}; both live in one account, the hub."
        yield Fault(("roles", "acquisition", "account"), message, "Name the same account in both.")
    if platform.name.lower() == acquisition.name.lower():
        message = f'roles.acquisition.name: roles.platform is called "{platform.name}" too, in the same account.'
        yield Fault(("roles", "acquisition", "name"), message, "Give one of them another name.")


def check_commas(kind: RoleKind, role: AnyRoleEntry) -> Iterator[Fault]:
    """The ARNs of the hub roles reach the trust policies as one list, separated by commas."""
    for key in ("name", "path") if kind.is_hub else ():
        if "," in getattr(role, key):
            message = f'roles.{kind}.{key}: "{getattr(role, key)}" holds a comma, which would cut the list of trusted roles in two.'
            yield Fault(("roles", kind, key), message, "Choose one without a comma.")


def check_existing(kind: RoleKind, role: AnyRoleEntry) -> Iterator[Fault]:
    """Of a role that is not managed every account has one already, made by others; only leaving it says more."""
    for index, item in enumerate(role.existing):
        if not role.managed and Handling(item.handling) is Handling.ATTACH:
            message = f"roles.{kind}.existing: managed: false says attach of every account already."
            yield Fault(("roles", kind, "existing", index, "handling"), message, "Remove this entry, or managed: false.")


def check_trust(kind: RoleKind, role: AnyRoleEntry, pieces: Pieces) -> Iterator[Fault]:
    """A managed role must be assumable, and only roles that are configured can be trusted."""
    if not isinstance(role, TrustingRoleEntry):
        return
    if role.managed and not role.trusted:
        yield Fault(("roles", kind), f"roles.{kind}: no role may assume this one.", "Add trusted: [platform, acquisition].")
    for index, trusted in enumerate(role.trusted):
        at: Location = ("roles", kind, "trusted", index)
        if RoleKind(trusted) not in pieces.configured:
            yield Fault(at, f"roles.{kind}.trusted: there is no roles.{trusted}.", f"Add roles.{trusted}, or do not trust it.")
        if trusted in role.trusted[:index]:
            yield Fault(at, f"roles.{kind}.trusted: {trusted} is named twice.", "Remove one.")


def check_rule(at: Location, rule: RuleEntry) -> Iterator[Fault]:
    """A rule has an effect, and does not withhold what it grants."""
    if not (rule.grant or rule.withhold or rule.exclude):
        yield Fault(at, f'rule "{rule.rule}" does nothing.', "Add grant, withhold or exclude: true.")
    if rule.exclude and (rule.grant or rule.withhold):
        message = f'rule "{rule.rule}" excludes accounts and also says what they hold; excluded accounts are never changed.'
        yield Fault((*at, "exclude"), message, "Keep exclude, or grant and withhold, and make a second rule of the other.")
    if rule.withhold == "all" and rule.grant:
        message = f'rule "{rule.rule}" grants group sets and withholds all; withhold wins.'
        yield Fault((*at, "withhold"), message, "Remove one of them.")
    grant, withhold = listed(rule.grant), listed(rule.withhold)
    for key, names in (("grant", grant), ("withhold", withhold)):
        for index in (index for index, name in enumerate(names) if name in names[:index]):
            yield Fault((*at, key, index), f'rule "{rule.rule}" names {names[index]} twice under {key}.', "Remove one.")
    for index in (index for index, name in enumerate(withhold) if name in grant):
        message = f'rule "{rule.rule}" grants and withholds {withhold[index]}; withhold wins.'
        yield Fault((*at, "withhold", index), message, "Remove one of them.")


def listed(names: str | list[str] | None) -> list[str]:
    return names if isinstance(names, list) else []


def check_rule_names(pieces: Pieces) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for index, rule in pieces.rules.items():
        if first.setdefault(rule.rule, index) != index:
            message = f'rules[{index}]: the name "{rule.rule}" is taken by rules[{first[rule.rule]}].'
            yield Fault(("rules", index, "rule"), message, "Give each rule a name of its own: plans and explanations refer to it.")


def check_repetition(pieces: Pieces) -> Iterator[Fault]:
    """Rules of the same content under different names."""
    seen: list[tuple[int, RuleEntry]] = []
    for index, rule in pieces.rules.items():
        twin = next((known for known, other in seen if is_same(rule, other)), None)
        if twin is not None:
            message = f'rule "{rule.rule}" says the same as "{pieces.rules[twin].rule}", rules[{twin}].'
            yield Fault(("rules", index), message, "Remove one of them.")
        seen.append((index, rule))


def is_same(rule: RuleEntry, other: RuleEntry) -> bool:
    return rule.rule != other.rule and meaning(rule) == meaning(other)


def meaning(rule: RuleEntry) -> tuple[object, ...]:
    lists = (sorted(names) if isinstance(names, list) else names for names in (rule.grant, rule.withhold))
    return (rule.where, rule.exclude, *lists)


def check_hub_selectors(pieces: Pieces) -> Iterator[Fault]:
    """``hub`` means something only when a role says which account that is."""
    if RoleKind.PLATFORM in pieces.configured or RoleKind.ACQUISITION in pieces.configured:
        return
    places: list[tuple[Location, Word | Mapped | None]] = [(("rules", index, "where"), rule.where) for index, rule in pieces.rules.items()]
    places += [(("rollout", "waves", index, "where"), wave.where) for index, wave in pieces.waves.items()]
    for at, entry in places:
        if entry is not None and is_naming_hub(entry):
            message = "where: hub is the account of roles.platform and roles.acquisition, and neither is there."
            yield Fault(at, message, "Add the roles, or name the account by id.")


def is_naming_hub(entry: Word | Mapped) -> bool:
    match entry:
        case "hub":
            return True
        case AllEntry():
            return any(map(is_naming_hub, entry.all))
        case AnyEntry():
            return any(map(is_naming_hub, entry.any))
        case NotEntry():
            return is_naming_hub(entry.not_)
        case _:
            return False


def check_waves(pieces: Pieces) -> Iterator[Fault]:
    """Wave names are unique, and only the last wave, which takes the remaining accounts, selects none."""
    names: dict[str, int] = {}
    for index, wave in pieces.waves.items():
        at: Location = ("rollout", "waves", index)
        if names.setdefault(wave.name, index) != index:
            yield Fault((*at, "name"), f'there are two waves called "{wave.name}".', "Give each wave a name of its own.")
        if wave.where is not None and wave.percent is not None:
            message = f'wave "{wave.name}" has both where and percent.'
            yield Fault((*at, "percent"), message, "Keep one of them, and make a second wave of the other.")
        if is_rest(wave) and index != pieces.last_wave:
            message = f'wave "{wave.name}" takes every account that is left, so nothing remains for the waves after it.'
            yield Fault(at, message, "Give it where or percent, or move it to the end.")
        if not is_rest(wave) and index == pieces.last_wave:
            message = f'the last wave "{wave.name}" does not take every account that is left.'
            yield Fault(at, message, "Add a last wave with a name and nothing else, such as {name: everyone}.")


def is_rest(wave: WaveEntry) -> bool:
    return wave.where is None and wave.percent is None


def check_terms(pieces: Pieces) -> Iterator[Fault]:
    for name, terms in pieces.terms.items():
        if parse_duration(terms.minimum_age) >= parse_duration(terms.expires_after):
            message = f"temporary.{name}: minimum_age {terms.minimum_age} is not shorter than expires_after {terms.expires_after}."
            yield Fault(("temporary", name, "minimum_age"), message, "Choose a shorter one: a grant is dead once it has expired.")
