#!/usr/bin/env python3
"""The whole tree of real AWS Config output: nothing is lost, everything is counted.

beleg-e2e: sanitized too
"""
import csv
import json
import os

from common import REFERENCE, check, done, folder, run, run_json, skip

if not REFERENCE:
    skip("corpus", "the folder with real AWS Config data is not here (BELEG_REFERENCE)")
    done()
corpus = os.path.join(REFERENCE, "corpus")
top = folder()


def total(name, t):
    check(f"{name} files add up", t["files_seen"] == t["files_read"] + t["files_skipped"] + t["files_quarantined"], str(t))
    check(f"{name} items add up", t["items_seen"] == t["items_new"] + t["items_known"] + t["items_quarantined"], str(t))


# The tree as a whole.
store = os.path.join(top, "store")
first = run_json("ingest", "-s", store, corpus, "-q", expect=(3,))
total("tree", first)
on_disk = sum(len(files) for _, _, files in os.walk(corpus))
check("every file has an outcome", first["files_seen"] == on_disk, f"{first['files_seen']} of {on_disk}")
check("every refusal has its reason", all(q["reason"] for q in first["quarantined"] + first["skipped"]))
named = {s["key"] for s in first["skipped"]} | {q["key"] for q in first["quarantined"]}
check("skipped files are named", len({s["key"] for s in first["skipped"]}) == first["files_skipped"] - first["files_known"])
again = run_json("ingest", "-s", store, corpus, "-q", expect=(0, 3))
total("again", again)
check("again changes nothing", again["items_new"] == 0 and again["position"] == first["position"], str(again["position"]))

# Every file of grade A and B by itself, against the count that somebody else made.
# Where the manifest counts none and there is one, each looked at by hand.
OTHER = {
    "test2_items.json": 1,  # Members in the capitals of Go's SDK.
    "delete-sqs-queue.json": 1,  # An item without a configuration.
    "AWS_EC2_NetworkInterface.json": 1,  # The last bracket is missing; the item before it is whole.
    "AWS_SSM_ManagedInstanceInventory_Linux.json": 1,  # Line breaks inside a text: quarantined.
}
rows = list(csv.DictReader(open(os.path.join(corpus, "MANIFEST.tsv")), delimiter="\t"))
items = files = 0
for row in rows:
    if row["grade"] not in ("A", "B") or not os.path.exists(os.path.join(corpus, row["file"])):
        continue
    one = os.path.join(top, f"one-{files}")
    t = run_json("ingest", "-s", one, os.path.join(corpus, row["file"]), "-q", expect=(0, 3))
    files += 1
    items += t["items_seen"]
    want = OTHER.get(os.path.basename(row["file"]), int(row["n_cis"]))
    if t["items_seen"] != want or t["items_seen"] != t["items_new"] + t["items_known"] + t["items_quarantined"]:
        check(f"manifest {row['file']}", False, f"{t['items_seen']} items, the manifest counts {want}")
check(f"{files} files of grade A and B, {items} items, none missing", files > 100 and items > 300)

# The one whole snapshot.
gsa = os.path.join(corpus, "GSA+grace-config-differ/handler/testdata/test2_snapshot.json")
store = os.path.join(top, "gsa")
t = run_json("ingest", "-s", store, gsa, "-q", expect=(0,))
check("the snapshot gives 178 items", t["items_new"] == 178, str(t))
code, out, err = run("recorded", "-s", store, "--format", "json")
verdicts = [json.loads(line) for line in out.splitlines()]
raw = [i for i in json.load(open(gsa))["configurationItems"] if i["resourceType"] == "AWS::Config::ResourceCompliance"]
want = sorted((r["configRuleName"], i["configuration"]["targetResourceType"], i["configuration"]["targetResourceId"],
               r["complianceType"]) for i in raw for r in i["configuration"]["configRuleList"])
have = sorted((v["rule_name"], v["resource_type"], v["resource_id"], v["compliance"]) for v in verdicts)
check("100 of them carry verdicts", len(raw) == 100)
check(f"all {len(want)} recorded verdicts are listed", want == have, f"{len(have)} listed")
done()
