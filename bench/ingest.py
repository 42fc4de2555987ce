"""How quickly deliveries are in the store, durably, against igzip over the same files."""
import os
import shutil

from measure import BELEG, CORES, gunzip, has_option, on, pairs, plain_bytes, report, timed


def run(top, week, runs):
    store = os.path.join(top, "store-ingest")
    jobs = has_option("ingest", "--jobs")
    print(week.describe(), flush=True)

    def clear():
        shutil.rmtree(store, ignore_errors=True)

    def ingest(n_cores, *source):
        return on(n_cores, [BELEG, "ingest", "-q", "-s", store, *(["--jobs", str(n_cores)] if jobs else []), *source])

    def rate(plain):
        return lambda seconds: f"{plain / seconds / 1e6:,.0f} MB/s of JSON"

    pairs("ingest", "the week, one core / igzip -dc on that core", on(1, gunzip(week.files)), ingest(1, week.tree), runs, clear, rate(week.plain))
    if jobs and len(CORES) > 1:
        row = pairs("ingest", "the week, two cores / one core", ingest(1, week.tree), ingest(2, week.tree), runs, clear, rate(week.plain))
        report("ingest", "speed-up of two cores", note=f"{1 / row['ratio']:.2f} times as quick", speed_up=1 / row["ratio"])
    else:
        report("ingest", "the week, two cores / one core", note="not measured: beleg ingest has no --jobs, or there is one core")
    first = [week.snapshots[0], *week.histories]
    pairs("ingest", "one snapshot and all histories, all new / igzip -dc", on(1, gunzip(first)), ingest(1, *first), runs, clear,
          rate(plain_bytes(first)))
    clear()
    timed(ingest(1, week.tree))
    pairs("ingest", "the week again, nothing new / igzip -dc", on(1, gunzip(week.files)), ingest(1, week.tree), runs)
    clear()
