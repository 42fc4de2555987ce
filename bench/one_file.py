"""Memory must not grow with the file: one snapshot of 3 GB, every item new, through a pipe and as a gzip file."""
import os
import shutil
import subprocess
import time

from measure import BELEG, fail, report

SIZE = 3_000_000_000
STATE = b'"configurationStateId":'


def write(week, out):
    """One snapshot: the items of the first one again and again, each time with another state id. Returns its bytes."""
    raw = subprocess.run(["igzip", "-dc", week.snapshots[0]], capture_output=True, check=True).stdout
    begin = raw.index(b'"configurationItems":[') + len(b'"configurationItems":[')
    items = raw[begin:raw.rindex(b"]}")]
    written = out.write(raw[:begin] + items)
    turn = 10  # Two digits in front of the state id.
    while written < SIZE:
        written += out.write(b"," + items.replace(STATE, STATE + b"%d" % turn))
        turn += 1
    written += out.write(b"]}")
    out.close()
    return written


def finish(p, title, begin, written):
    _, status, use = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    seconds, cpu = time.monotonic() - begin, use.ru_utime + use.ru_stime
    if p.returncode != 0:
        fail(f"{title}: exit {p.returncode}")
    report("one-file", title, note=f"{written / seconds / 1e6:,.0f} MB/s of JSON, {written / cpu / 1e6:,.0f} MB per second of processor",
           peak_bytes=use.ru_maxrss * 1024, seconds=seconds, cpu_seconds=cpu, bytes=written)


def run(top, week, _):
    store, packed = os.path.join(top, "store-one"), os.path.join(top, "one.json.gz")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    shutil.rmtree(store, ignore_errors=True)
    begin = time.monotonic()
    p = subprocess.Popen([BELEG, "ingest", "-q", "-s", store, "-"], stdin=subprocess.PIPE, **quiet)
    written = write(week, p.stdin)
    finish(p, f"one snapshot of {written / 1e9:.1f} GB, plain through a pipe", begin, written)
    shutil.rmtree(store)
    try:
        with open(packed, "wb") as f:
            p = subprocess.Popen(["igzip", "-1", "-c", "-"], stdin=subprocess.PIPE, stdout=f)
            write(week, p.stdin)
            if p.wait() != 0:
                raise RuntimeError("igzip failed")
        begin = time.monotonic()
        finish(subprocess.Popen([BELEG, "ingest", "-q", "-s", store, packed], **quiet), f"the same as a file of {os.path.getsize(packed) / 1e6:,.0f} MB of gzip",
               begin, written)
    finally:
        if os.path.exists(packed):
            os.remove(packed)
        shutil.rmtree(store, ignore_errors=True)
