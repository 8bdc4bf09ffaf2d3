from pathlib import Path

from bench.cell import make, measure

from limner.cell.reading import read_cell
from limner.cell.resolve import Resolver


def test_the_cell_of_the_bench_is_a_whole_one(tmp_path: Path) -> None:
    """A bench over a cell that cannot be read, or that sets nothing, would measure nothing."""
    assert make(tmp_path / "one", 3, 12) == 1 + 3 + 12
    cell = read_cell(tmp_path / "one")
    assert (len(cell.processes), cell.notes) == (12 + 2 * 3 + 1, ())
    resolver = Resolver(cell)
    decided = {resolver.inbound(each, "WC_defaulthost_secure").choice.words.split()[0] for each in cell.processes}
    assert decided == {"node", "server"}
    assert measure(tmp_path, ["show", "one"]) > 0
    assert measure(tmp_path, ["reach", "one"]) > 0
