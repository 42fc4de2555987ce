"""Whole processes timed in turn, the data they are given, and the closing table."""
import glob
import json
import os
import re
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BELEG = os.environ.get("BELEG", os.path.join(HERE, "build/release/src/cli/beleg"))
VENV = os.path.join(HERE, "build/venv/bin/python3")
CORES = sorted(os.sched_getaffinity(0))
rows = []


def fail(text):
    sys.exit("bench: " + text)


def timed(command, good=(0, 2, 3), **kw):
    """(seconds of wall clock, seconds of processor, peak resident bytes) of one process and those it waited for."""
    begin = time.monotonic()
    p = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **kw)
    _, status, use = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    if p.returncode not in good:
        fail(f"{' '.join(command[:8])} failed with {p.returncode}")
    return time.monotonic() - begin, use.ru_utime + use.ru_stime, use.ru_maxrss * 1024


def on(n_cores, command):
    """The same command held to so many cores."""
    return ["taskset", "-c", ",".join(map(str, CORES[:n_cores])), *command]


def has_option(verb, option):
    p = subprocess.run([BELEG, verb, "--help"], capture_output=True, text=True, check=False)
    return p.returncode == 0 and option in p.stdout


def has_verb(verb):
    return verb in subprocess.run([BELEG, "help", "--list"], capture_output=True, text=True, check=True).stdout.split()


def gunzip(files):
    """The yardstick: bare igzip over the same files, one process after the other."""
    return ["sh", "-c", 'exec igzip -dc "$@" >/dev/null', "sh", *files]


def plain_bytes(files):
    p = subprocess.run(["sh", "-c", 'igzip -dc "$@" | wc -c', "sh", *files], capture_output=True, check=True)
    return int(p.stdout)


def report(part, title, ratio=None, note="", **figures):
    """One line of the closing table, printed at once too. ratio is subject / reference, where there is a reference."""
    row = {"part": part, "title": title, "ratio": ratio, "note": note, **figures}
    rows.append(row)
    print(line(row), flush=True)
    return row


def line(row):
    ratio = "" if row["ratio"] is None else f"{row['ratio']:8.3f} x"
    peak = f"  peak {row['peak_bytes'] / 1e6:.0f} MB" if row.get("peak_bytes") else ""
    spread = f"  ({row['min']:.3f} to {row['max']:.3f})" if "min" in row else ""
    cpu = f"  processor {row['cpu_ratio']:.3f} x" if "cpu_ratio" in row else ""
    return f"{row['part']:9} {row['title']:56} {ratio:10}{spread}{cpu}{peak}  {row['note']}".rstrip()


def pairs(part, title, reference, subject, runs, prepare=lambda: None, note=lambda seconds: ""):
    """Reference and subject in turn, each after prepare(); the median of the pairwise ratios. The first round warms the page cache and is not counted."""
    wall, cpu, peak, base, own = [], [], 0, [], []
    for n in range(runs + 1):
        prepare()
        a = timed(reference)
        prepare()
        b = timed(subject)
        peak = max(peak, b[2])
        if n > 0:
            wall.append(b[0] / a[0])
            cpu.append(b[1] / a[1])
            base.append(a[0])
            own.append(b[0])
    return report(part, title, statistics.median(wall), note(statistics.median(own)), min=min(wall), max=max(wall),
                  cpu_ratio=statistics.median(cpu), peak_bytes=peak, reference_seconds=statistics.median(base),
                  seconds=statistics.median(own))


class Week:
    """28 snapshots of one account and region, with their history files (beleg sample); made once, if it is kept."""

    def __init__(self, top, resources):
        self.tree = os.path.join(top, f"week-{resources}")
        if not os.path.exists(os.path.join(self.tree, "truth.json")):
            timed([BELEG, "sample", self.tree, "--accounts", "1", "--regions", "1", "--days", "7",
                   "--resources", str(resources), "-q"])
        with open(os.path.join(self.tree, "truth.json"), encoding="utf-8") as f:
            self.truth = json.load(f)
        found = glob.glob(os.path.join(self.tree, "config", "**", "*.gz"), recursive=True)
        # By the moment of delivery in the name, as they arrive.
        self.files = sorted(found, key=lambda p: ((re.findall(r"\d{8}T\d{6}Z", p) or ["Z"])[-1], p))
        self.snapshots = [p for p in self.files if "/ConfigSnapshot/" in p]
        self.histories = [p for p in self.files if "/ConfigHistory/" in p]
        self.plain = self.truth["totals"]["bytes_json"]
        in_first = subprocess.run(f"igzip -dc '{self.snapshots[0]}' | grep -o '\"configurationItemVersion\"' | wc -l", shell=True,
                                  capture_output=True, check=True)
        self.items_first = int(in_first.stdout)

    def describe(self):
        t = self.truth["totals"]
        changed = (t["versions"] - self.items_first) / (len(self.snapshots) - 1) / self.items_first
        return (f"data: a week of one account and region: {len(self.snapshots)} snapshots of about {self.items_first:,} items and "
                f"{len(self.histories)} history files; {t['items_delivered']:,} items, {t['versions']:,} distinct "
                f"({100 * changed:.2f} % new from one snapshot to the next), {self.plain / 1e6:,.0f} MB of JSON in "
                f"{sum(map(os.path.getsize, self.files)) / 1e6:,.0f} MB of gzip")


def bytes_below(folder):
    return sum(os.path.getsize(os.path.join(base, n)) for base, _, names in os.walk(folder) for n in names)


def files_below(folder):
    return sorted(os.path.join(base, n) for base, _, names in os.walk(folder) for n in names)
