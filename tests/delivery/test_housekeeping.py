"""What is tidied away, and what must stay."""

from datetime import timedelta

from idp.delivery.housekeeping import BATCH, MOST_BATCHES


class Rubbish:
    """So many expired rows."""

    def __init__(self, rows) -> None:
        self.rows, self.limits = rows, []

    def purge(self, now, *, limit):
        self.limits.append(limit)
        went = min(self.rows, limit)
        self.rows -= went
        return went


def test_everything_expired_goes_in_small_batches(bench):
    rubbish = Rubbish(BATCH * 3 + 1)
    assert bench.housekeeping(rubbish).tidy(lambda: False) == BATCH * 3 + 1
    assert rubbish.limits == [BATCH] * 4


def test_it_stops_when_it_is_asked_to_and_never_goes_on_for_ever(bench):
    rubbish = Rubbish(10**9)
    assert bench.housekeeping(rubbish).tidy(lambda: True) == BATCH
    assert bench.housekeeping(rubbish).tidy(lambda: False) == BATCH * MOST_BATCHES


def test_flow_versions_of_journeys_and_of_today_are_kept(bench):
    bench.journeys.versions = frozenset({"older"})
    bench.housekeeping().tidy(lambda: False)
    assert bench.flow_versions.kept == [{"older", "today"}]
    assert bench.journeys.asked == [bench.clock.now() - timedelta(days=1)]


def test_the_worker_keeps_house_from_the_beginning(bench):
    tidied = []
    worker = bench.worker(housekeeping=type("House", (), {"tidy": lambda _self, _enough: tidied.append(1) or 0})())
    worker.start()
    worker.stop()
    assert worker.join(3)
    assert tidied == [1]
