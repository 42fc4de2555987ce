#!/usr/bin/env python3
"""
Strangers read the sealed segments where they lie: zstd and jq, DuckDB, and a real Trino.

An organisation is ingested and sealed in two halves, so that types have several segments, and segments several frames. What each
reader counts is held against the raw deliveries, read here with nothing but the Python standard library. The SQL of docs/lake.md is run
as it is printed there.
"""
import collections
import glob
import gzip
import hashlib
import json
import os
import re
import subprocess

from common import ROOT, check, done, folder, run, run_json, skip
from peers import trino

FRAME = re.compile(r"^\s*(\d+)\s+(\d+)\s", re.M)
QUESTIONS = ("types", "volumes", "owners")
top = folder()
tree, store = os.path.join(top, "organisation"), os.path.join(top, "store")


def delivered(paths):
    """The text of every item in these deliveries, as it stands there: {text: item}."""
    decoder, found = json.JSONDecoder(), {}
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as f:
            text = f.read()
        if '"configurationItems":[' in text:
            at = text.index('"configurationItems":[') + len('"configurationItems":[')
        elif '"configurationItem":' in text:
            at = text.index('"configurationItem":') + len('"configurationItem":')
        else:
            continue
        while text[at] == "{":
            item, end = decoder.raw_decode(text, at)
            found[text[at:end]] = item
            at = end + (text[end] == "," and text[end + 1] == "{")
    return found


class Truth:
    """What any reader must find: versions of each type, and the answers to the questions of docs/lake.md."""

    def __init__(self, items):
        self.types = collections.Counter(i["resourceType"] for i in items.values())
        volumes = [i for i in items.values() if i["resourceType"] == "AWS::EC2::Volume"]
        plain = [i for i in volumes if i.get("configuration", {}).get("encrypted") is False]
        self.unencrypted = len(plain)
        self.zones = collections.Counter(i["configuration"]["availabilityZone"] for i in plain)
        self.owners = collections.Counter(i.get("tags", {}).get("Owner") for i in plain)


def segments():
    """{type: paths of its segments}; the type is read from the folder's name."""
    found = collections.defaultdict(list)
    for path in sorted(glob.glob(os.path.join(store, "versions", "*", "*.ndjson.zst"))):
        name = os.path.basename(os.path.dirname(path))
        found[re.sub("%([0-9A-F]{2})", lambda m: chr(int(m[1], 16)), name[len("type="):])].append(path)
    return found


def statements(reader):
    """The SQL that docs/lake.md shows for a reader, by the name in its first line: "-- READER: NAME"."""
    with open(os.path.join(ROOT, "docs", "lake.md"), encoding="utf-8") as f:
        blocks = re.findall(r"^```sql\n-- (\w+): ([^\n]*)\n(.*?)^```", f.read(), re.M | re.S)
    return {name: sql.replace("/var/lib/beleg", store).strip().rstrip(";") for who, name, sql in blocks if who == reader}


def holds(reader, want, rows, zones, owners):
    """One reader's answers: [[type, versions]], [[zone, n]], [[owner, n]]."""
    got = {t: n for t, n in rows}
    wrong = [(t, n, got.get(t)) for t, n in want.types.items() if got.get(t) != n]
    check(f"{reader} counts the versions of each type", got == want.types, f"type, delivered, read: {wrong[:5]}, {len(got)} types")
    check(f"{reader} finds the unencrypted volumes by zone", dict(map(tuple, zones)) == want.zones, f"{zones}, delivered {want.zones}")
    check(f"{reader} finds their owners", dict(map(tuple, owners)) == want.owners, f"{owners}, delivered {want.owners}")


def lines_and_jq(items):
    """(a) The lines are the items as they were delivered, each once; jq reads every segment."""
    seen, repeated, counts, frames, skippable, strays = set(), 0, collections.Counter(), {}, 0, []
    for name, paths in segments().items():
        for path in paths:
            text = subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout
            for line in text.splitlines():
                digest = hashlib.sha256(line).digest()
                repeated += digest in seen
                seen.add(digest)
            told = subprocess.run(["jq", "-r", ".resourceType"], input=text, capture_output=True, check=True).stdout.decode().split()
            counts.update(told)
            strays += [(name, path)] if set(told) != {name} else []
            n, skips = FRAME.search(subprocess.run(["zstd", "-l", path], capture_output=True, check=True).stdout.decode()).groups()
            frames[path], skippable = int(n), skippable + int(skips)
    want = {hashlib.sha256(text.encode()).digest() for text in items}
    check("each folder holds its type only", not strays, str(strays[:3]))
    check("every line is another item", repeated == 0, f"{repeated} lines stand twice")
    check("zstd gives the very items that were delivered", seen == want, f"{len(seen - want)} too many, {len(want - seen)} missing")
    check("jq counts the versions of each type", counts == Truth(items).types, str(counts))
    check("segments of several frames occur", max(frames.values()) >= 3, str(sorted(frames.values())))
    check("no frame is a skippable one", skippable == 0, str(skippable))


def duck(want):
    try:
        import duckdb
    except ImportError:
        skip("DuckDB", "the Python package duckdb is missing (tests/requirements.txt)")
        return
    db = duckdb.connect()
    sql = statements("DuckDB")
    db.execute(sql["view"])
    holds("DuckDB", want, *(db.execute(sql[n]).fetchall() for n in QUESTIONS))


def asks(peer, names):
    """The rows of each of these statements of docs/lake.md, by a running Trino."""
    sql = statements("Trino")
    return [peer.rows(sql[n]) for n in names]


def grow(files, expect):
    """Ingest and seal."""
    told = run_json("ingest", "-s", store, "-q", *files, expect=(0,))
    check("every item that was delivered is stored once", told["items_new"] == expect, f"{told['items_new']}, delivered {expect}")
    code, _, err = run("seal", "-s", store)
    check("sealed", code == 0, err)


def main():
    if not check("sample", run("sample", tree, "--accounts", "2", "--regions", "2", "--resources", "250", "--days", "14", "-q")[0] == 0):
        done()
    files = sorted(glob.glob(os.path.join(tree, "config", "**", "*.gz"), recursive=True),
                   key=lambda p: ((re.findall(r"\d{8}T\d{6}Z", p) or ["Z"])[-1], p))
    half, rest = files[:len(files) // 2], files[len(files) // 2:]
    first = delivered(half)
    whole = {**first, **delivered(rest)}
    check("the questions have answers", len(Truth(whole).zones) > 1 and Truth(whole).unencrypted > Truth(first).unencrypted > 0)
    grow(half, len(first))
    try:
        with trino.Trino(top) as peer:
            asks(peer, ("schema", "table", "partitions"))
            holds("Trino half way", Truth(first), *asks(peer, QUESTIONS))
            grow(rest, len(whole) - len(first))
            asks(peer, ("partitions",))
            holds("Trino", Truth(whole), *asks(peer, QUESTIONS))
    except trino.Missing as e:
        skip("Trino", e)
        grow(rest, len(whole) - len(first))
    except RuntimeError as e:
        check("Trino reads the segments", False, " ".join(str(e).split()))
        done()
    check("types of several segments occur", sum(len(p) > 1 for p in segments().values()) >= 5, str({t: len(p) for t, p in segments().items()}))
    lines_and_jq(whole)
    duck(Truth(whole))
    done()


main()
