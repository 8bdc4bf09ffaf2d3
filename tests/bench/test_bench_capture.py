from pathlib import Path

from bench.capture import make, measure

from limner.signon.capture.reading import read


def test_the_files_of_the_bench_are_read_whole_and_nothing_in_them_is_missing(tmp_path: Path) -> None:
    """A bench over files that cannot be read would measure how fast one gives up."""
    file = tmp_path / "bench.pcap"
    packets = make(file, 3, 1.0, 522)
    got = read(file)
    assert got.packets == packets
    assert got.about.notes == []
    assert {flow.protocol for flow in got.flows} == {"http", "tls"}
    assert all(flow.missing == 0 and not flow.talk.unread for flow in got.flows)
    assert sum(flow.from_server.bytes for flow in got.flows) > 2_000_000
    processor, memory = measure(file)
    assert processor > 0
    assert memory > 1
