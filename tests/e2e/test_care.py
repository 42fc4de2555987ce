#!/usr/bin/env python3
"""fsck, stats and gc on a sample organisation: damage is found and named, and every number is counted again from the deliveries.

beleg-e2e: sanitized too
"""
import collections
import csv
import glob
import gzip
import io
import json
import os
import random
import shutil
import datetime

from common import check, done, folder, run, run_json

top = folder()
tree, store = os.path.join(top, "organisation"), os.path.join(top, "store")
check("sample", run("sample", tree, "--accounts", "2", "--regions", "2", "--resources", "25", "--days", "20", "-q")[0] == 0)
totals = run_json("ingest", "-s", store, tree, "-q", expect=(0,))


def fsck(where, *more):
    code, out, err = run("fsck", "-s", where, "--format", "json", *more)
    return code, (json.loads(out) if out else None), err


def snapshot_of(path):
    """Every file's name, size and time of change: fsck must leave them alone."""
    return sorted((os.path.join(d, f), os.stat(os.path.join(d, f)).st_size, os.stat(os.path.join(d, f)).st_mtime_ns)
                  for d, _, files in os.walk(path) for f in files)


# ---- A sound store, before and after sealing. ----
before = snapshot_of(store)
code, seen, err = fsck(store)
check("a fresh store is sound", code == 0 and seen["sound"] and not seen["problems"], f"{code} {seen} {err}")
check("fsck counts what was ingested", seen["versions"] == totals["items_new"] and seen["deliveries"] == totals["files_read"])
check("fsck writes nothing", snapshot_of(store) == before)
run("seal", "-s", store)
code, seen, err = fsck(store)
check("sealed: sound too", code == 0 and seen["versions"] == totals["items_new"] and seen["segments"] == seen["indexes"] > 5, err)
check("sealed: chains are examined", seen["resources"] > 50 and seen["states"] >= seen["resources"])
code, out, err = run("fsck", "-s", store)
check("in words", code == 0 and "sound: 0 damaged, 0 derivable, 0 left over" in out, out)

# ---- Damage on a copy: found, named, with the right exit code. ----
segments = sorted(glob.glob(os.path.join(store, "versions", "*", "[0-9]*.zst")))
segment = max(segments, key=os.path.getsize)
evidence = sorted(glob.glob(os.path.join(store, "evidence", "*")))[0]


def hurt(name, path, how, want_code, want, refused=None):
    """Copy the store, hurt one file of it, examine it; want: codes of problems that must be told of that file."""
    copy = os.path.join(top, "hurt")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(store, copy)
    path = os.path.join(copy, os.path.relpath(path, store))
    if how == "remove":
        os.remove(path)
    elif how == "add":
        open(path, "w").write("x")
    elif how == "cut":
        os.truncate(path, os.path.getsize(path) // 2)
    else:
        with open(path, "r+b") as f:
            f.seek(how)
            byte = f.read(1)[0]
            f.seek(how)
            f.write(bytes([byte ^ 0x20]))
    code, seen, err = fsck(copy)
    told = {p["code"] for p in seen["problems"] if p["file"] and p["file"] == os.path.relpath(path, copy)}
    check(f"{name}: exit code {want_code}", code == want_code, f"{code} {seen['problems'][:3]} {err}")
    check(f"{name}: named", told >= set(want), f"{told}")
    check(f"{name}: says what it means and what to do", all(p["means"] and p["do"] and p["what"] for p in seen["problems"]))
    code2, out, _ = run("fsck", "-s", copy, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    check(f"{name}: csv has the same problems", code2 == code and [r["code"] for r in rows] == [p["code"] for p in seen["problems"]])
    if refused is not None:
        check(f"{name}: evaluate {'refuses' if refused else 'goes on'}", (run("evaluate", "-s", copy, "-q")[0] == 1) == refused)
    return seen


hurt("segment flipped", segment, os.path.getsize(segment) // 2, 4, ["segment-sha256", "frame"])
hurt("segment cut", segment, "cut", 4, ["segment-sha256", "frame"])
hurt("segment gone", segment, "remove", 4, ["segment-missing"])
index = os.path.join(os.path.dirname(segment), "_" + os.path.basename(segment).replace(".ndjson.zst", ".idx"))
hurt("index flipped", index, 100, 3, ["index"], refused=False)
hurt("index gone", index, "remove", 3, ["index"], refused=False)
hurt("catalogue flipped", os.path.join(store, "catalogue.log"), 3000, 4, ["catalogue-record"], refused=True)
hurt("catalogue gone", os.path.join(store, "catalogue.log"), "remove", 4, ["catalogue"], refused=True)
hurt("manifest flipped", os.path.join(store, "manifest"), 50, 4, ["manifest"], refused=True)
seen = hurt("manifest gone", os.path.join(store, "manifest"), "remove", 4, ["manifest"], refused=True)
check("without a manifest the segments are examined all the same", seen["versions"] == totals["items_new"], str(seen["versions"]))
hurt("marker flipped", os.path.join(store, "beleg-store.json"), 60, 4, ["marker"], refused=True)
hurt("evidence flipped", evidence, 10, 4, ["attachment"])
hurt("evidence gone", evidence, "remove", 4, ["attachment"])
hurt("a file too many", os.path.join(os.path.dirname(segment), "000000999999.ndjson.zst"), "add", 3, ["leftover"])

# ---- Random single bytes of a real store: each is found, or lies in the lock. ----
seed = int(os.environ.get("BELEG_SEED", random.SystemRandom().randrange(1 << 32)))
rng = random.Random(seed)
files = [os.path.join(d, f) for d, _, fs in os.walk(store) for f in fs if os.path.getsize(os.path.join(d, f)) > 0]
missed, tried = [], 0
for n in range(60):
    path = rng.choice(files)
    at, bit = rng.randrange(os.path.getsize(path)), 1 << rng.randrange(8)
    with open(path, "r+b") as f:
        f.seek(at)
        byte = f.read(1)[0]
        f.seek(at)
        f.write(bytes([byte ^ bit]))
    code, _, _ = fsck(store)
    with open(path, "r+b") as f:
        f.seek(at)
        f.write(bytes([byte]))
    tried += 1
    if code not in (3, 4) and os.path.basename(path) != "lock":
        missed.append((os.path.relpath(path, store), at, bit))
check(f"random bytes of a real store are found ({tried} tried)", not missed, f"seed {seed}: {missed}")
check("and the store is sound again", fsck(store)[0] == 0)
code, out, err = run("fsck", "-s", tree)
check("a folder that is no store is an error, and prints nothing", code == 1 and not out and "no store of beleg" in err, err)

# ---- stats, counted again from the delivered files. ----
items, delivered, per_kind, new_bytes = {}, collections.Counter(), collections.Counter(), 0
recorded = collections.defaultdict(set)
for path in glob.glob(os.path.join(tree, "**", "*.gz"), recursive=True) + glob.glob(os.path.join(tree, "**", "*.json"), recursive=True):
    data = open(path, "rb").read()
    text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    try:
        doc = json.loads(text)
    except ValueError:
        continue
    if isinstance(doc, dict) and isinstance(doc.get("configurationItems"), list):
        found = doc["configurationItems"]
    elif isinstance(doc, dict) and "Message" in doc:
        found = [json.loads(doc["Message"]).get("configurationItem")]
    elif isinstance(doc, dict) and "configurationItem" in doc:
        found = [doc["configurationItem"]]
    else:
        continue
    for i in filter(None, found):
        account = i.get("awsAccountId") or i["accountId"]
        delivered[i["resourceType"]] += 1
        recorded[(i["resourceType"], account)].add((i["awsRegion"], i["resourceId"], i["configurationItemCaptureTime"],
                                                    i.get("configurationStateId")))
everything = ("--from", "2000-01-01", "--to", "2100-01-01")
stats = run_json("stats", "-s", store, *everything, expect=(0,))
truth = json.load(open(os.path.join(tree, "truth.json")))
check("stats: items delivered", stats["deliveries"]["items"] == sum(delivered.values()) == totals["items_seen"],
      f'{stats["deliveries"]["items"]} {sum(delivered.values())} {totals["items_seen"]}')
by_type = {r["resource_type"]: r for r in stats["rows"]}
check("stats: delivered by type", {t: r["delivered"] for t, r in by_type.items()} == dict(delivered),
      str({t: (r["delivered"], delivered[t]) for t, r in by_type.items() if r["delivered"] != delivered[t]}))
per_type = collections.Counter()
resources = collections.defaultdict(set)
for (kind, account), what in recorded.items():
    per_type[kind] += len(what)
    resources[kind] |= {(account, region, id) for region, id, _, _ in what}
check("stats: recorded items by type", {t: r["recorded"] for t, r in by_type.items()} == dict(per_type),
      str({t: (r["recorded"], per_type[t]) for t, r in by_type.items() if r["recorded"] != per_type[t]}))
check("stats: resources by type", {t: r["resources"] for t, r in by_type.items()} == {t: len(r) for t, r in resources.items()})
check("stats: totals add up", all(stats["total"][k] == sum(r[k] for r in stats["rows"])
                                  for k in ("recorded", "resources", "versions", "delivered", "bytes")))
check("stats: versions are those ingested", stats["total"]["versions"] == totals["items_new"])
check("stats: rows are sorted by what costs most", [r["recorded"] for r in stats["rows"]] == sorted((r["recorded"] for r in stats["rows"]), reverse=True))
disk = sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(store) for f in fs if "/derived" not in d)
check("stats: bytes on disk", stats["disk"]["total"] - stats["disk"]["derived"] == disk, f'{stats["disk"]} {disk}')
check("stats: parts add up", stats["disk"]["total"] == sum(v for k, v in stats["disk"].items() if k != "total"))
check("stats: segments", stats["disk"]["segments"] == sum(map(os.path.getsize, segments)))
check("stats: bytes of JSON kept", stats["total"]["bytes"] == sum(
    len(line) for s in segments for line in (os.popen(f"zstd -dc '{s}'").buffer.read().splitlines())) or not shutil.which("zstd"))
pair = run_json("stats", "-s", store, "--by", "account,type", "--price", "0.003", *everything, expect=(0,))
check("stats: recorded by account and type", {(r["resource_type"], r["account_id"]): r["recorded"] for r in pair["rows"]}
      == {k: len(v) for k, v in recorded.items()})
check("stats: cost is recorded times price", all(r["cost"] == "%.2f" % (int(r["recorded"] * 3000 + 5000) // 10000 / 100) for r in pair["rows"]))
check("stats: no price, no cost", "cost" not in stats["total"] and "cost" not in run("stats", "-s", store)[1])
january = ("--from", "2026-01-05", "--to", "2026-01-12")
period = run_json("stats", "-s", store, "--by", "day", *january, expect=(0,))
want = collections.Counter(t[:10] for v in recorded.values() for _, _, t, _ in v if "2026-01-05" <= t[:10] < "2026-01-12")
check("stats: by day within a period", {r["day"]: r["recorded"] for r in period["rows"] if r["recorded"]} == dict(want), str(want))
check("stats: days of the period", period["period"]["days"] == 7)
churn = collections.Counter((kind, account, region, id) for (kind, account), v in recorded.items() for region, id, t, _ in v
                            if "2026-01-05" <= t[:10] < "2026-01-12")
check("stats: top resources", [t["recorded"] for t in period["top"]] == sorted(churn.values(), reverse=True)[:10]
      and all(churn[(t["resource_type"], t["account_id"], t["region"], t["resource_id"])] == t["recorded"] for t in period["top"]))
kinds = list(csv.DictReader(io.StringIO(run("stats", "-s", store, "--by", "kind", "--format", "csv")[1], newline="")))
check("stats: kinds add up", sum(int(k["items"]) for k in kinds) == totals["items_seen"]
      and sum(int(k["bytes_json"]) for k in kinds) == totals["bytes_json"] and sum(int(k["new"]) for k in kinds) == totals["items_new"])
for arguments, words in [(("--by", "colour"), "--by wants"), (("--by", "type,type"), "--by wants"), (("--price", "free"), "--price wants"),
                         (("--from", "2026-02-01", "--to", "2026-01-01"), "not before"), (("--top", "x"), "--top wants")]:
    code, out, err = run("stats", "-s", store, *arguments)
    check(f"stats refuses {' '.join(arguments)}", code == 1 and words in err and not out, err)

# ---- gc: only the dry run, and every version has one reason. ----
policy = os.path.join(top, "policy.yaml")


def plan(text, at, expect=(0,)):
    open(policy, "w").write(text)
    return run_json("gc", "--dry-run", "--policy", policy, "-s", store, "--at", at, expect=expect)


code, out, err = run("gc", "-s", store, "--policy", policy)
check("gc without --dry-run is refused with words", code == 1 and "never removed" in err and not out, err)
check("gc without a policy is refused", run("gc", "--dry-run", "-s", store)[0] == 1)
before = snapshot_of(os.path.join(store, "versions")) + snapshot_of(os.path.join(store, "tail"))
FATES = ("current", "within", "held", "needed", "removable")
p = plan("keep: 10y\n", "2026-06-01")
check("gc: ten years keep everything", p["total"]["removable"] == p["total"]["needed"] == 0 and p["deliveries"]["removable"] == 0)
check("gc: versions are those of the store", p["total"]["versions"] == totals["items_new"])
p = plan("keep: 30d\n", "2027-01-01")
later = plan("keep: 30d\n", "2026-02-01")
check("gc: a year later all deliveries are due", p["deliveries"]["removable"] == p["deliveries"]["all"] == stats["deliveries"]["deliveries"])
check("gc: what is over and needed by none is removable", p["total"]["removable"] > 0 and p["total"]["needed"] == 0)
check("gc: sooner, less", later["total"]["removable"] < p["total"]["removable"])
for q in (p, later):
    check("gc: every version has one reason", all(sum(r[f] for f in FATES) == r["versions"] for r in q["rows"] + [q["total"]])
          and all(sum(r[k] for r in q["rows"]) == q["total"][k] for k in FATES + ("versions", "bytes")))
# A version is removable exactly when a later one of its resource (or its deletion, or absence) ended it; kept snapshots pin it.
short = plan('keep: 2y\nrules:\n  - type: "*"\n    keep: 1d\n', "2026-06-01")
check("gc: kept deliveries need what they held", short["total"]["removable"] == 0 and short["total"]["needed"] == p["total"]["removable"],
      f'{short["total"]} {p["total"]}')
held = plan('keep: 30d\nholds:\n  - type: AWS::EC2::Volume\n    reason: case 1\n  - account: "*"\n    reason: over\n    until: 2026-01-01\n', "2027-01-01")
volumes = [r for r in held["rows"] if r["resource_type"] == "AWS::EC2::Volume"]
check("gc: a hold keeps its versions", all(r["removable"] == r["needed"] == 0 for r in volumes) and held["holds"][0]["versions"]
      == sum(r["versions"] for r in volumes) > 0)
check("gc: and the deliveries that held them", held["deliveries"]["held"] == held["holds"][0]["deliveries"] > 0)
check("gc: an expired hold holds nothing", held["holds"][1]["expired"] and held["holds"][1]["versions"] == 0)
check("gc: nothing was touched", snapshot_of(os.path.join(store, "versions")) + snapshot_of(os.path.join(store, "tail")) == before)
for text, place, words in [("rules: []\n", "1:1", "wants keep"), ("keep: 10 years\n", "1:7", "years or days"),
                           ("keep: 1y\nhold: []\n", "2:1", 'no "hold"'), ("keep: 1y\nholds:\n  - account: x\n", "3:5", "a reason"),
                           ("keep: 1y\nrules:\n  - type: x\n    kept: 3d\n", "4:5", 'no "kept"'),
                           ("keep: 1y\nholds:\n  - reason: r\n    from: soon\n", "4:11", "a date"), ("keep: [\n", "", "not YAML")]:
    open(policy, "w").write(text)
    code, out, err = run("gc", "--dry-run", "--policy", policy, "-s", store)
    check(f"gc refuses {text!r}", code == 1 and words in err and f"policy.yaml:{place}" in err and not out, err)
done()
