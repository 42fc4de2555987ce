#!/usr/bin/env python3
"""beleg's answers against what the sample organisation states of itself.

For several seeds: the counts of every identifier at the stated moments, every story at its edges
(a second before, just after, a second before the end, just after), and the same stories in a package.
"""
import csv
import datetime as dt
import json
import os

from common import FORGOTTEN, ROOT, STOP, check, done, folder, plant, run, run_json

PACK = os.path.join(ROOT, "tests/e2e/packs/eight.yaml")
NIS2 = os.path.join(ROOT, "packs/nis2-kritis.yaml")
NAMES = {"ENCRYPTED_VOLUMES": "volumes", "RDS_STORAGE_ENCRYPTED": "databases",
         "RDS_MULTI_AZ_SUPPORT": "zones", "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED": "buckets",
         "RESTRICTED_INCOMING_TRAFFIC": "ports", "DYNAMODB_PITR_ENABLED": "tables",
         "ELB_DELETION_PROTECTION_ENABLED": "balancers", "REQUIRED_TAGS": "tags"}
PERIOD = ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")
JUDGED = (0, 2, 3)


def instant(text):
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00"))


def text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def evaluate(store, at, pack=PACK):
    return run_json("evaluate", "-s", store, "-p", pack, "--at", at, "-q", expect=JUDGED)


def expectations(seed, store, truth):
    by_moment = {}
    for e in truth["expect"]:
        by_moment.setdefault(e["at"], []).append(e)
    for at, rows in by_moment.items():
        # Resources only: what nobody knows of an account and region as a whole is said of these.
        found = [f for f in evaluate(store, at)["findings"]
                 if f["reason"] != "before-first-delivery" and f["resource_type"] != "AWS::::Account"]
        for e in rows:
            mine = [f["compliance"] for f in found if f["rule_name"] == NAMES[e["identifier"]]]
            r = {v: mine.count(v) for v in ("COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE", "INSUFFICIENT_DATA", "ERROR")}
            want = (e["compliant"], e["non_compliant"], e["not_applicable"], e["unknown"], 0)
            have = tuple(r[v] for v in ("COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE",
                                        "INSUFFICIENT_DATA", "ERROR"))
            check(f"seed{seed} expect {e['identifier']} {at}", want == have, f"stated {want}, found {have}")


def verdict_at(store, at, story):
    rule = NAMES[story["identifier"]]
    rows = [f for f in evaluate(store, text(at))["findings"]
            if f["rule_name"] == rule and f["resource_id"] == story["resource_id"]
            and f["account_id"] == story["account"] and f["region"] == story["region"]]
    if len(rows) > 1:
        return f"{len(rows)} rows"
    return rows[0]["compliance"] if rows else None


def story_edges(seed, store, truth, story):
    name = f"seed{seed} {story['story']}"
    second = dt.timedelta(seconds=1)
    begin = max(instant(story["from"]), instant(truth["from"]))
    end = instant(story["to"]) if story["to"] else None
    last = instant(story["last_seen"]) if "last_seen" in story else None
    check(f"{name} begins", verdict_at(store, begin + second, story) == story["verdict"],
          f"{verdict_at(store, begin + second, story)} at {text(begin + second)}")
    if instant(story["from"]) > instant(truth["from"]):
        before = verdict_at(store, instant(story["from"]) - second, story)
        check(f"{name} not before", before != story["verdict"], f"{before} a second before {story['from']}")
    if last is not None:  # Known until the last snapshot that held it; unknown after that.
        check(f"{name} last seen", verdict_at(store, last, story) == story["verdict"], story["last_seen"])
        unknown = verdict_at(store, last + dt.timedelta(minutes=10), story)
        check(f"{name} then unknown", unknown == "INSUFFICIENT_DATA", str(unknown))
        gone = verdict_at(store, instant(story["absent_from"]) + second, story)
        check(f"{name} then gone", gone is None, str(gone))
    elif end is not None:
        check(f"{name} lasts", verdict_at(store, end - second, story) == story["verdict"], text(end - second))
        after = verdict_at(store, end + second, story)
        check(f"{name} ends", after != story["verdict"], f"{after} a second after {story['to']}")


def recorder_stopped(seed, store, story):
    begin, end = instant(story["from"]), instant(story["to"])
    rows = evaluate(store, text(begin + (end - begin) / 2))["findings"]
    mine = [f for f in rows if f["account_id"] == story["account"] and f["region"] == story["region"]]
    check(f"seed{seed} recorder-stopped: nothing is known",
          mine and all(f["compliance"] == "INSUFFICIENT_DATA" and f["reason"] == "recorder-stopped" for f in mine),
          str({(f["compliance"], f["reason"]) for f in mine}))
    check(f"seed{seed} recorder-stopped: of every rule", {f["rule_name"] for f in mine} == set(NAMES.values()),
          str(set(NAMES.values()) - {f["rule_name"] for f in mine}))
    others = [f for f in rows if (f["account_id"], f["region"]) != (story["account"], story["region"])]
    check(f"seed{seed} recorder-stopped: others are", any(f["compliance"] == "COMPLIANT" for f in others))
    for when, label in ((begin - dt.timedelta(seconds=2), "before"), (end + dt.timedelta(days=1), "after")):
        known = [f for f in evaluate(store, text(when))["findings"]
                 if (f["account_id"], f["region"]) == (story["account"], story["region"])]
        check(f"seed{seed} recorder-stopped: known {label}", any(f["compliance"] == "COMPLIANT" for f in known),
              f"{len(known)} rows at {text(when)}")


def account_bounds(seed, store, story):
    edge = instant(story["from"])
    def verdicts(when):
        return {f["compliance"] for f in evaluate(store, text(when))["findings"] if f["account_id"] == story["account"]}
    hour = dt.timedelta(hours=1)
    if story["story"] == "account-leaves":
        check(f"seed{seed} account-leaves: known before", "COMPLIANT" in verdicts(edge - hour))
        check(f"seed{seed} account-leaves: unknown after", verdicts(edge + hour) == {"INSUFFICIENT_DATA"},
              str(verdicts(edge + hour)))
        rows = [f for f in evaluate(store, text(edge + hour))["findings"] if f["account_id"] == story["account"]]
        before = [f for f in evaluate(store, text(edge - hour))["findings"] if f["account_id"] == story["account"]]
        places = {f["region"] for f in before} - {"global"}
        silent = {(r, n) for r in places for n in NAMES.values()} - {(f["region"], f["rule_name"]) for f in rows}
        check(f"seed{seed} account-leaves: of every rule and region", places and not silent, str(silent))
    else:
        check(f"seed{seed} account-joins: known after", "COMPLIANT" in verdicts(edge + hour))
        early = [f for f in evaluate(store, text(edge - dt.timedelta(days=3)))["findings"] if f["account_id"] == story["account"]]
        check(f"seed{seed} account-joins: unknown before", early and all(f["reason"] == "before-first-delivery" for f in early),
              str({f["reason"] for f in early}))


def recreated(seed, store, story):
    begin, end = instant(story["from"]), instant(story["to"])
    def rows(when):
        return [f for f in evaluate(store, text(when))["findings"]
                if f["resource_id"] == story["resource_id"] and f["rule_name"] == "buckets"]
    second = dt.timedelta(seconds=1)
    check(f"seed{seed} recreated: there before", len(rows(begin - second)) == 1)
    check(f"seed{seed} recreated: gone between", not rows(begin + second) and not rows(end - second))
    check(f"seed{seed} recreated: there again", len(rows(end + second)) == 1)


def disagreement(seed, top, store, story):
    """AWS's own verdicts carry the deployed pack's rule names: the shipped pack has the same."""
    package = os.path.join(top, "package-nis2")
    code, out, err = run("package", "-s", store, "--month", "2026-01", "-p", NIS2, "-k", os.path.join(top, "key"),
                         "-o", package, "-q")
    check(f"seed{seed} package of the shipped pack", code == 0, err)
    with open(os.path.join(package, "compliance-reports/2026/01/disagreements.csv"), newline="") as f:
        rows = [r for r in csv.DictReader(f) if r["resource_id"] == story["resource_id"]]
    check(f"seed{seed} stale-verdict is a disagreement", bool(rows), "not in disagreements.csv")


def in_package(seed, package, truth, story):
    kind = "non-compliant" if story["verdict"] == "NON_COMPLIANT" else "not-applicable"
    with open(os.path.join(package, f"compliance-reports/2026/01/{kind}-resources.csv"), newline="") as f:
        rows = [r for r in csv.DictReader(f) if r["resource_id"] == story["resource_id"]
                and r["rule_name"] == NAMES[story["identifier"]] and r["account_id"] == story["account"]]
    overlaps = instant(story["from"]) < instant(PERIOD[1]) and (not story["to"] or instant(story["to"]) > instant(PERIOD[0]))
    if not overlaps:
        return
    check(f"seed{seed} {story['story']} in the package", any(instant(r["recorded_time"]) == instant(story["from"]) for r in rows),
          f"recorded times {[r['recorded_time'] for r in rows]}, stated {story['from']}")


def planted():
    """A recorder that was stopped before it ever held a resource, and a listed account that never delivered."""
    top = folder()
    tree, store = os.path.join(top, "organisation"), os.path.join(top, "store")
    code, out, err = run("sample", tree, "--seed", "1", "-q")
    check("planted sample", code == 0, err)
    account, region = plant(tree)
    run_json("ingest", "-s", store, tree, "-q", expect=(0,))

    def rows(when, where):
        found = [f for f in evaluate(store, text(when))["findings"] if (f["account_id"], f["region"]) == where]
        return {(f["rule_name"], f["resource_type"], f["reason"], f["since"]) for f in found}, len(found)

    hour = dt.timedelta(hours=1)
    begin, end = map(instant, STOP)
    want = {(n, "AWS::::Account", "recorder-stopped", text(begin)) for n in NAMES.values()}
    for when in (begin, begin + 3 * hour, end - hour):
        found, n = rows(when, (account, region))
        check(f"planted stop at {text(when)}", found == want and n == len(NAMES), str(found ^ want))
    for when in (begin - hour, instant("2026-01-25T00:00:00Z")):
        check(f"planted region is a true zero at {text(when)}", rows(when, (account, region)) == (set(), 0), str(rows(when, (account, region))))
    found, n = rows(begin, (FORGOTTEN, "*"))
    joined = "2026-01-10T00:00:00Z"
    check("forgotten account", found == {(r, "AWS::::Account", "no-recorder", joined) for r in NAMES.values()} and n == len(NAMES), str(found))
    check("forgotten account had not joined", rows(instant(joined) - hour, (FORGOTTEN, "*")) == (set(), 0))
    code, out, err = run("evaluate", "-s", store, "-p", PACK, "--format", "csv", "--verdict", "INSUFFICIENT_DATA", "-q")
    check("forgotten account in the state now", out.count(f",{FORGOTTEN},*,AWS::::Account,{FORGOTTEN},INSUFFICIENT_DATA,") == len(NAMES), out[:300])


def one_seed(seed):
    top = folder()
    tree, store, package = (os.path.join(top, n) for n in ("organisation", "store", "package"))
    code, out, err = run("sample", tree, "--seed", str(seed), "-q")
    check(f"seed{seed} sample", code == 0, err)
    truth = json.load(open(os.path.join(tree, "truth.json")))
    totals = run_json("ingest", "-s", store, tree, "-q", expect=(0,))
    check(f"seed{seed} versions", totals["items_new"] == truth["totals"]["versions"],
          f"{totals['items_new']} stored, {truth['totals']['versions']} stated")
    check(f"seed{seed} items", totals["items_seen"] == truth["totals"]["items_delivered"],
          f"{totals['items_seen']} seen, {truth['totals']['items_delivered']} stated")
    again = run_json("ingest", "-s", store, tree, "-q", expect=(0,))
    check(f"seed{seed} again changes nothing", again["items_new"] == 0 and again["position"] == totals["position"], str(again))
    expectations(seed, store, truth)
    key = os.path.join(top, "key")
    run("keys", "new", key, "-q")
    code, out, err = run("package", "-s", store, "--month", "2026-01", "-p", PACK, "-k", key, "-o", package, "-q")
    check(f"seed{seed} package", code == 0, err)
    for story in truth["stories"]:
        if story["story"] == "recorder-stopped":
            recorder_stopped(seed, store, story)
        elif story["story"] in ("account-leaves", "account-joins"):
            account_bounds(seed, store, story)
        elif story["story"] == "recreated":
            recreated(seed, store, story)
        elif story.get("identifier") in NAMES:
            story_edges(seed, store, truth, story)
            in_package(seed, package, truth, story)
        if story["story"] == "stale-verdict":
            disagreement(seed, top, store, story)


planted()
for number in range(1, 6):
    one_seed(number)
done()
