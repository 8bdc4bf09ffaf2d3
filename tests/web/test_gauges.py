"""Numbers that all processes of the door share."""

import os
import subprocess
import sys

from limner.web import gauges
from limner.web.gauges import COLUMNS, Gauges


def test_what_another_process_counts_is_seen_here():
    fd = gauges.make()
    mine = Gauges(fd)
    mine.row(0)[COLUMNS.index("photos")] += 2
    count = (
        "import sys; from limner.web.gauges import COLUMNS, Gauges\n"
        "Gauges(int(sys.argv[1])).row(63)[COLUMNS.index('photos')] += 3"
    )
    subprocess.run([sys.executable, "-c", count, str(fd)], pass_fds=(fd,), check=True)
    assert mine.sum("photos") == 5
    values = mine.values("photos")
    assert (values[0], values[63], len(values)) == (2, 3, gauges.ROWS)
    assert mine.sum("bytes") == 0
    os.close(fd)
