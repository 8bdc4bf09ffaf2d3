"""A claim is one machine's until it is closed, or its connection ends."""

from limner.library.shared.claim import Claim
from limner.library.shared.link import Link
from shared_servers import needs_postgres

pytestmark = needs_postgres


def test_one_machine_has_a_job_and_another_one_may_have_another_job(shared_place):
    one, two = Claim(shared_place), Claim(shared_place)
    assert one.take("publish a")
    assert not two.take("publish a")
    assert two.take("publish b")
    one.close()
    assert two.take("publish a")
    two.close()


def test_a_claim_goes_with_its_connection(shared_place):
    one, two, link = Claim(shared_place), Claim(shared_place), Link(shared_place)
    assert one.take("publish a")
    pid = one._link.open().info.backend_pid
    link.open().execute("select pg_terminate_backend(%s, 5000)", (pid,))
    assert two.take("publish a")
    for each in (one, two, link):
        each.close()
