"""The figures as Markdown: what docs/performance.md holds between its two marks."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from scripts.benchmarks.goals import Judged, judge
from scripts.benchmarks.makespan import Simulated
from scripts.benchmarks.measurement import Measurement, growth

BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
NOTHING = ""

Cells = Sequence[str]


def page(
    title: str, measured: Sequence[Measurement], simulated: Iterable[Simulated] = (), instructions: Iterable[tuple[int, int, str]] = ()
) -> str:
    """``instructions`` are accounts, instructions, and what counted them."""
    parts = [title, figures(measured), goals(judge(measured)), makespans(tuple(simulated)), counted(tuple(instructions))]
    return "\n\n".join(filter(None, parts)) + "\n"


def table(head: Cells, rows: Iterable[Cells]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def figures(measured: Sequence[Measurement]) -> str:
    powers, works = growth(measured), list(dict.fromkeys(one.work for one in measured))
    head = ("work", "accounts", "calls", "needed", "s", "processor s", "MiB", "AWS here, s", "bare loop, s", "growth")
    rows = (
        (
            f"`{one.work}`",
            f"{one.accounts:,}" if one.accounts else "any",
            whole(one.calls),
            whole(one.minimum),
            f"{one.seconds:.1f}",
            f"{one.busy:.2f}",
            f"{one.mebibytes:.0f}",
            seconds(one.served),
            seconds(one.bare),
            f"n^{powers[one.work, one.accounts]:.2f}" if (one.work, one.accounts) in powers else NOTHING,
        )
        for one in sorted(measured, key=lambda one: (works.index(one.work), one.accounts))
    )
    return table(head, rows)


def whole(number: int | None) -> str:
    return NOTHING if number is None else f"{number:,}"


def seconds(number: float | None) -> str:
    return NOTHING if number is None else f"{number:.1f}"


def goals(judged: Iterable[Judged]) -> str:
    rows = tuple(judged)
    lines = (
        (
            f"`{row.goal.work}`",
            f"{row.accounts:,}" if row.accounts else "any",
            bound(row),
            f"{row.found:.2f}",
            met(is_met=row.is_met),
        )
        for row in rows
    )
    missed = dict.fromkeys(f"- `{row.goal.work}`: {row.goal.obstacle}" for row in rows if not row.is_met and row.goal.obstacle)
    obstacles = "\n\nWhat is in the way:\n\n" + "\n".join(missed) if missed else NOTHING
    return table(("goal", "accounts", "at most", "found", "met"), lines) + obstacles if rows else NOTHING


def met(*, is_met: bool) -> str:
    return "yes" if is_met else "no"


def bound(row: Judged) -> str:
    return f"{row.goal.bound:g} {row.goal.unit}"


def makespans(simulated: Sequence[Simulated]) -> str:
    head = ("ten StackSets, three waves", "accounts", "AWS runs a queue", "s", "of the bound", "at most", "met")
    rows = (
        (
            one.times,
            f"{one.accounts:,}",
            one.queue,
            f"{one.found.seconds:,.0f}",
            f"{one.found.ratio:.2f}",
            NOTHING if one.most is None else f"{one.most:g}",
            NOTHING if one.most is None else met(is_met=one.found.ratio <= one.most),
        )
        for one in simulated
    )
    return table(head, rows) if simulated else NOTHING


def counted(instructions: Sequence[tuple[int, int, str]]) -> str:
    rows = ((f"{accounts:,}", f"{number / 1e6:,.0f} million", counter) for accounts, number, counter in instructions)
    return table(("planner alone, accounts", "instructions", "counted by"), rows) if instructions else NOTHING


def write(path: Path, text: str) -> None:
    """Put it between the marks of a page."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"{path} lacks the lines {BEGIN.strip()} and {END.strip()}, between which the figures belong.")
    path.write_text(f"{before}{BEGIN}{text}{END}{after}", encoding="utf-8")
