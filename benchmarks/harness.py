"""What the measurements share: rounds, medians, tables, plots, processes of their own."""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

ROOT = Path(__file__).parent.parent
README = Path(__file__).parent / "README.md"


@frozen
class Series:
    """The measured values of one variant, by round."""

    by_round: Mapping[int, float]

    @property
    def median(self) -> float:
        """The value in the middle."""
        return statistics.median(self.by_round.values())

    def over(self, base: "Series") -> float:
        """How many times the other's value this one's is: the median of the rounds, since a machine has its moods."""
        return statistics.median(mine / other for mine, other in self._beside(base))

    def above(self, base: "Series") -> float:
        """How much more than the other this one is: the median of the rounds."""
        return statistics.median(mine - other for mine, other in self._beside(base))

    def _beside(self, base: "Series") -> list[tuple[float, float]]:
        rounds = self.by_round.keys() & base.by_round.keys()
        return [(self.by_round[number], base.by_round[number]) for number in rounds]

    @property
    def spread(self) -> float:
        """Half the distance between the quartiles, as a part of the median."""
        values = tuple(self.by_round.values())
        if len(values) < 4:
            return (max(values) - min(values)) / 2 / self.median
        low, _, high = statistics.quantiles(values, n=4)
        return (high - low) / 2 / self.median


def interleaved(
    variants: Mapping[str, Callable[[], float]], rounds: int, seldom: Collection[str] = ()
) -> dict[str, Series]:
    """Measure the variants in turns, each round beginning with another one; the first round warms up.

    Those that are slow enough to be measured `seldom` take part in every third round.
    """
    values: dict[str, dict[int, float]] = {name: {} for name in variants}
    names = list(variants)
    for number in range(rounds + 1):
        at = number % len(names)
        for name in names[at:] + names[:at]:
            if name not in seldom or number % 3 == 1:
                value = variants[name]()
                if number:
                    values[name][number] = value
    return {name: Series(found) for name, found in values.items()}


def options(argv: list[str], about: str | None) -> argparse.Namespace:
    """The options that every part has: `quick` and `write`."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--quick", action="store_true", help="few rounds, for correctness only")
    parser.add_argument("--write", action="store_true", help="write the table and the plots into the repository")
    return parser.parse_args(argv)


def fresh(module: str, *arguments: object) -> Any:
    """What `python -m module arguments` prints as its last line, as JSON."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    # Bytecode is kept, as that of installed packages is: nobody compiles a library each time it is imported.
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=settings)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def publish(part: str, text: str, *, write: bool, page: Path = README) -> None:
    """Print what was found, and with `write` put it into its place in the README or another page."""
    print(f"\n{part}\n{text}\n", flush=True)
    if not write:
        return
    begin, end = f"<!-- {part} -->", f"<!-- end of {part} -->"
    if begin not in page.read_text():
        raise SystemExit(f"{page} has no place for the results of {part}: put {begin} and {end} into it")
    before, _, rest = page.read_text().partition(begin)
    _, _, after = rest.partition(end)
    git = ["git", "describe", "--always", "--dirty"]
    commit = subprocess.run(git, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()
    command = f"`python -m benchmarks.{part} --write`, Python {sys.version.split()[0]}, commit {commit}"
    page.write_text(f"{before}{begin}\n\n{text}\n\n{command}\n\n{end}{after}")


def bars(name: str, title: str, unit: str, values: Mapping[str, float], goal: float | None = None) -> None:
    """A plot of horizontal bars as `docs/internals/<name>.svg`."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    mpl.rcParams["svg.hashsalt"] = name  # the same figures give the same file
    figure, axes = plt.subplots(figsize=(6, 0.9 + 0.34 * len(values)))
    labels = list(values)[::-1]
    colours = ["#6762a6" if "aioheroku" in label else "#b9b7c9" for label in labels]
    drawn = axes.barh(labels, [values[label] for label in labels], color=colours)
    axes.bar_label(drawn, fmt="%.2f", padding=3, fontsize=8)
    if goal is not None:
        axes.axvline(goal, color="#c0392b", linewidth=1, linestyle=":", zorder=0)
        unit += f"; dotted line: goal, at most {goal:g}"
    if max(values.values()) > 8 * min(values.values()):
        axes.set_xscale("log")
    axes.margins(x=0.12)
    axes.set_title(title, fontsize=10, loc="left")
    axes.set_xlabel(unit, fontsize=8)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(ROOT / "docs" / "internals" / f"{name}.svg", metadata={"Date": None})
    plt.close(figure)
