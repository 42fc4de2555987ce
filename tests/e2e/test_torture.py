#!/usr/bin/env python3
"""Killed at random moments and resumed, read while it is written: nothing is lost, doubled or half there."""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import threading
import time

from common import BELEG, check, done, folder, run, run_json

KILLS = 50
LIMIT_SECONDS = 60
seed = int(os.environ.get("BELEG_TORTURE_SEED", random.SystemRandom().randrange(1 << 32)))
chance = random.Random(seed)
print(f"seed {seed} (BELEG_TORTURE_SEED)", flush=True)
top = folder()
tree, whole = os.path.join(top, "organisation"), os.path.join(top, "whole")
if not check("sample", run("sample", tree, "--accounts", "2", "--regions", "2", "--resources", "150", "--days", "20", "-q")[0] == 0):
    done()


def lines(store):
    """Every item line of the sealed segments, sorted."""
    found = []
    for base, _, names in sorted(os.walk(os.path.join(store, "versions"))):
        for name in sorted(names):
            if name.endswith(".ndjson.zst"):
                text = subprocess.run(["zstd", "-dcq", os.path.join(base, name)], capture_output=True, check=True).stdout
                found += [(os.path.basename(base), line) for line in text.splitlines()]
    return sorted(found)


def evaluate(store):
    code, out, err = run("evaluate", "-s", store, "-q", "--format", "json")
    return code, out, err


def killed(after, *arguments):
    """Start it, kill it after so many seconds; True when it was still there."""
    p = subprocess.Popen([BELEG, *arguments, "-q"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        p.wait(after)
    except subprocess.TimeoutExpired:
        p.send_signal(signal.SIGKILL)
    err = p.communicate()[1].decode()
    if p.returncode not in (0, -signal.SIGKILL):
        check("killed or good, nothing else", False, f"{arguments[0]} exited {p.returncode}: {err}")
    return p.returncode == -signal.SIGKILL


start = time.monotonic()
run("ingest", "-s", whole + "-0", tree, "-q")
middle = time.monotonic()
first = run_json("ingest", "-s", whole, tree, "-q", expect=(0,))
alone = min(middle - start, time.monotonic() - middle)
want = evaluate(whole)
check("the uninterrupted store is judged", want[0] in (2, 3), want[2])
check("seal", run("seal", "-s", whole)[0] == 0)
want_lines = lines(whole)
check("each version stands in the segments once", len(want_lines) == first["items_new"] and len(set(want_lines)) == len(want_lines),
      f"{len(want_lines)} lines, {first['items_new']} versions")

# ---- Killed and resumed. ----

kills = rounds = unreadable = 0
start = time.monotonic()
while kills < KILLS and time.monotonic() - start < LIMIT_SECONDS:
    rounds += 1
    store = os.path.join(top, f"round-{rounds}")
    finished = False
    while not finished and kills < KILLS:
        finished = not killed(chance.uniform(0, 0.7 * alone), "ingest", "-s", store, tree)
        kills += not finished
        if not os.path.exists(os.path.join(store, "manifest")):
            continue  # Killed before there was a store.
        if chance.random() < 0.2:
            kills += killed(chance.uniform(0, 0.5 * alone), "seal", "-s", store)
        if chance.random() < 0.3:
            code, out, err = evaluate(store)
            if code == 1 and "no delivery" not in err:
                unreadable += 1
                check("a killed store is readable", False, err)
    last = run_json("ingest", "-s", store, tree, "-q", expect=(0,))
    good = last["position"] == first["position"] and last["files_read"] + last["files_known"] == first["files_read"]
    good = good and last["files_skipped"] - last["files_known"] == first["files_skipped"]
    check(f"round {rounds}: every delivery once", good, str(last))
    got = evaluate(store)
    check(f"round {rounds}: the same verdicts", got[:2] == want[:2], got[2] or "other rows")
    check(f"round {rounds}: seal", run("seal", "-s", store)[0] == 0)
    check(f"round {rounds}: the same items in the segments", lines(store) == want_lines, f"seed {seed}")
    again = run_json("ingest", "-s", store, tree, "-q", expect=(0,))
    check(f"round {rounds}: nothing new is left", again["items_seen"] == 0 and again["position"] == first["position"], str(again))
    check(f"round {rounds}: no half file is left", not [n for _, _, names in os.walk(store) for n in names if n.endswith(".tmp")])
    shutil.rmtree(store)
check("no killed store was unreadable", unreadable == 0)
check("enough kills", kills >= 15, f"{kills} kills")
print(f"{kills} kills in {rounds} rounds, {time.monotonic() - start:.0f} s; alone {alone:.2f} s", flush=True)

# ---- Read while it is written. ----

store = os.path.join(top, "beside")
seen, failures = {}, []
stop = threading.Event()


def read_on():
    """evaluate, again and again: one state for each position, and positions only grow."""
    last = 0
    while not stop.is_set():
        if not os.path.exists(os.path.join(store, "manifest")):
            continue
        code, out, err = evaluate(store)
        if code == 1:
            if "no delivery" not in err:
                failures.append(err)
            continue
        state = json.loads(out)
        if state["position"] < last:
            failures.append(f"position {state['position']} after {last}")
        last = state["position"]
        if seen.setdefault(last, out) != out:
            failures.append(f"two states at position {last}")


reader = threading.Thread(target=read_on)
reader.start()
files = sorted((os.path.join(base, n) for base, _, names in os.walk(tree) for n in names if n.endswith(".gz")),
               key=lambda p: ((re.findall(r"\d{8}T\d{6}Z", p) or ["Z"])[-1], p))
for n in range(4):  # Bit by bit, and at last the rest.
    run("ingest", "-s", store, *files[n * len(files) // 8:(n + 1) * len(files) // 8], "-q")
    if n == 1:
        run("seal", "-s", store)
run("ingest", "-s", store, tree, "-q")
run("seal", "-s", store)
time.sleep(0.2)
stop.set()
reader.join()
check("a reader beside the writer never fails", not failures, "; ".join(failures[:3]))
check("a reader sees the work grow", len(seen) >= 2, str(sorted(seen)))
check("the last state is the whole", evaluate(store)[:2] == want[:2])
early = [p for p in sorted(seen) if p <= len(files)]  # Evidence files come after all others.
for position in chance.sample(early, min(3, len(early))):  # The first deliveries, and nothing else.
    part = os.path.join(top, f"part-{position}")
    run("ingest", "-s", part, *files[:position], "-q")
    check(f"what it saw at position {position} is what the first deliveries say", evaluate(part)[1] == seen[position])
done()
