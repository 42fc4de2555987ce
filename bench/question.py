"""Which volumes were not encrypted at a past moment: beleg cold and warm, against DuckDB; the rows must be the same."""
import csv
import datetime
import glob
import io
import json
import os
import shutil
import statistics
import subprocess

from measure import BELEG, HERE, VENV, fail, has_verb, on, plain_bytes, report, timed

TYPE, WHERE = "AWS::EC2::Volume", "configuration.encrypted = false"
WARM = 101  # Rounds of a warm question; the median is taken.


def middle(truth):
    """An instant in the middle of the week, not of a snapshot."""
    def instant(text):
        return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    first, last = instant(truth["from"]), instant(truth["to"])
    return (first + (last - first) / 2 + datetime.timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Duck:
    """DuckDB in a process of its own, asked by lines (duck.py). Whatever the way, its rows must be those of the table."""

    def __init__(self, week, at):
        if not os.access(VENV, os.X_OK):
            fail("DuckDB is missing (tools/setup --tests)")
        largest = plain_bytes([max(week.snapshots, key=os.path.getsize)])  # A snapshot is one JSON object.
        self.process = subprocess.Popen([VENV, os.path.join(HERE, "bench", "duck.py"), week.tree, at, str(2 * largest)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.told = self.ask("table", 1, WARM)

    def ask(self, way, threads, times=1):
        print(way, threads, times, file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            fail("DuckDB ended")
        told = json.loads(line)
        same_rows(f"DuckDB ({way})", told["rows"], self)
        return told

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def same_rows(who, rows, duck):
    """Ends the run unless these are the rows of DuckDB's table, row by row; the number alone where one was asked for."""
    want = duck.told["rows"] if hasattr(duck, "told") else rows
    if len(rows) == 1 and len(rows[0]) == 1:
        if rows[0][0] != len(want):
            fail(f"{who} counts {rows[0][0]} rows, DuckDB's table {len(want)}")
    elif sorted(rows) != want:
        fail(f"{who} finds {len(rows)} rows, DuckDB's table {len(want)}: only the one {[r for r in rows if r not in want][:3]}, "
             f"only the other {[r for r in want if r not in rows][:3]}")


def duck_alone(duck, runs):
    told = duck.told
    for threads in (1, 2):
        rows, number = (duck.ask(way, threads, WARM)["seconds"] for way in ("table", "count"))
        report("question", f"DuckDB {told['version']}, table of {told['intervals']:,} intervals, warm, {threads} thread(s)",
               note=f"{rows * 1e6:,.0f} us for the {len(told['rows'])} rows, {number * 1e6:,.0f} us for their number", seconds=rows, count_seconds=number)
        for way, title in (("chosen", "the gzip files one would choose"), ("all", "all gzip files up to the moment")):
            took = statistics.median(duck.ask(way, threads)["seconds"] for _ in range(runs if way == "chosen" else 1))
            report("question", f"DuckDB, {title}, {threads} thread(s)", note=f"{took:.2f} s", seconds=took)


def cold(store, at, duck, runs):
    """beleg's whole process and DuckDB's question over the files in turn; DuckDB's start is not counted, beleg's is."""
    command = [BELEG, "at", at, "-q", "-s", store, "--type", TYPE, "--where", WHERE, "--list", "--format", "csv"]
    p = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = list(csv.DictReader(io.StringIO(p.stdout, newline="")))
    if p.returncode != 0 or (rows and not {"account_id", "region", "resource_id", "known"} <= set(rows[0])):
        fail(f"{' '.join(command)}: exit {p.returncode}: {p.stderr.strip()[-300:]} {p.stdout[:200]}")
    same_rows("beleg", [[r["account_id"], r["region"], r["resource_id"]] for r in rows if r["known"] == "yes"], duck)
    for way, title in (("chosen", "the files one would choose"), ("all", "all files")):
        times = [(duck.ask(way, 1), timed(on(1, command))) for _ in range(runs if way == "chosen" else 1)]
        ratios = [own[0] / theirs["seconds"] for theirs, own in times]
        own = statistics.median(t[0] for _, t in times)
        report("question", f"beleg at, a cold process / DuckDB, {title}, 1 thread", statistics.median(ratios),
               f"{own * 1e3:,.1f} ms, {len(rows)} rows, the same row by row", min=min(ratios), max=max(ratios), seconds=own,
               cpu_ratio=statistics.median(own[1] / theirs["cpu"] for theirs, own in times), peak_bytes=max(t[2] for _, t in times))


def warm(store, at, duck, runs):
    """bench_question, a loop in one process (tests/unit), and DuckDB's table in turn."""
    title = "beleg, warm / DuckDB's table, warm, 1 thread"
    found = sorted(glob.glob(os.path.join(HERE, "build", "*", "tests", "unit", "*", "bench_question")), key=os.path.getmtime)
    if not found:
        report("question", title, note="not measured: bench_question is not built (meson setup build/gcc)")
        return
    pairs = []
    for _ in range(runs):
        theirs = duck.ask("table", 1, WARM)["seconds"]
        p = subprocess.run(on(1, [found[-1], store, at, TYPE, WHERE, str(WARM)]), capture_output=True, text=True, check=True)
        pairs.append((theirs, statistics.median(float(n) for n in p.stdout.split()) / 1e6))
    ratios, own = [b / a for a, b in pairs], statistics.median(b for _, b in pairs)
    report("question", title, statistics.median(ratios), f"{own * 1e6:,.1f} us ({os.path.relpath(found[-1], HERE)})", min=min(ratios), max=max(ratios),
           seconds=own)


def run(top, week, runs):
    store, at = os.path.join(top, "store-question"), middle(week.truth)
    shutil.rmtree(store, ignore_errors=True)
    timed([BELEG, "ingest", "-q", "-s", store, week.tree])
    timed([BELEG, "seal", "-q", "-s", store])
    print(week.describe() + f"\nquestion: {TYPE} where {WHERE}, as of {at}", flush=True)
    duck = Duck(week, at)
    duck_alone(duck, runs)
    if has_verb("at"):
        cold(store, at, duck, runs)
    else:
        report("question", "beleg at, a cold process / DuckDB", note="not measured: beleg has no verb at")
    warm(store, at, duck, runs)
    duck.close()
    shutil.rmtree(store)
