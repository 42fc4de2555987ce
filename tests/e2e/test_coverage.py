#!/usr/bin/env python3
"""Coverage against what the sample organisation states of itself, and against fixtures of our own.

For several seeds: the stopped recorder, the account that leaves, the one that joins: from when to when, exactly; no other gap.
Then deliveries taken away, regions without a recorder, types left out, accounts that never deliver, CloudTrail in its forms; and
the picture: every cell is counted again from the gaps, by code that shares nothing with beleg's.
"""
import csv
import datetime as dt
import glob
import gzip
import io
import json
import os
import re
import shutil
import xml.etree.ElementTree as ET

from common import check, done, folder, run, run_json

PERIOD = ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")
HOME = folder()
DAY = dt.timedelta(days=1)
SVG = "{http://www.w3.org/2000/svg}"


def instant(text):
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00"))


def coverage(store, *args, expect=(0, 3)):
    return run_json("coverage", "-s", store, "-m", "2026-01", "-q", *args, expect=expect)


def gaps(report, **want):
    return [g for g in report["gaps"] if all(g[k] == v for k, v in want.items())]


def spans(rows):
    return [(g["region"], g["from"], g["to"]) for g in rows]


def ingested(path, name):
    store = os.path.join(HOME, name)
    code, _, err = run("ingest", "-q", "-s", store, path)
    check("ingest " + name, code == 0, err[-300:])
    return store


def sample(seed, **kw):
    path = os.path.join(HOME, f"sample-{seed}")
    options = [x for k, v in kw.items() for x in ("--" + k, str(v))]
    code, _, err = run("sample", "-q", "--seed", str(seed), *options, path)
    check(f"seed{seed} sample", code == 0, err[-300:])
    return path, json.load(open(os.path.join(path, "truth.json")))


def deliveries(path, account, region):
    """The moments of one recorder's snapshots, from their names."""
    names = glob.glob(f"{path}/config/AWSLogs/{account}/Config/{region}/*/*/*/ConfigSnapshot/*")
    found = [re.search(r"_(\d{8}T\d{6}Z)_", n).group(1) for n in names]
    return sorted(dt.datetime.strptime(x, "%Y%m%dT%H%M%SZ").strftime("%Y-%m-%dT%H:%M:%SZ") for x in found)


# ---- The sample's stories.

def stories(seed):
    path, truth = sample(seed)
    store = ingested(path, f"store-{seed}")
    report = coverage(store)
    told = {s["story"]: s for s in truth["stories"]}
    listed = {a["Id"]: a for a in json.load(open(path + "/organization/list-accounts.json"))["Accounts"]}
    want = []
    for region in truth["regions"]:
        s = told["account-leaves"]
        want.append((s["account"], region, deliveries(path, s["account"], region)[-1], PERIOD[1], "account-suspended"))
        s = told["account-joins"]
        joined = instant(listed[s["account"]]["JoinedTimestamp"]).astimezone(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        want.append((s["account"], region, joined, deliveries(path, s["account"], region)[0], "before-first-delivery"))
    s = told["recorder-stopped"]
    want.append((s["account"], s["region"], max(s["from"], PERIOD[0]), min(s["to"], PERIOD[1]), "recorder-stopped"))
    have = [(g["account_id"], g["region"], g["from"], g["to"], g["gap"]) for g in report["gaps"]]
    check(f"seed{seed} gaps are the stories, exactly", sorted(have) == sorted(want), f"{sorted(have)} is not {sorted(want)}")
    check(f"seed{seed} all types in each gap", {g["resource_type"] for g in report["gaps"]} == {"*"})
    t = report["totals"]
    check(f"seed{seed} accounts", (t["accounts_expected"], t["accounts_known"]) == (4, 1), str(t))
    hours = sum((instant(g["to"]) - instant(g["from"])).total_seconds() for g in report["gaps"]) * 1000
    check(f"seed{seed} known + missing = all", abs(t["known_ms"] + hours - t["of_ms"]) < 1, f"{t} {hours}")
    check(f"seed{seed} exit code", run("coverage", "-s", store, "-m", "2026-01", "-q")[0] == 3)
    good = next(a for a in report["accounts"] if a["known_ms"] == a["of_ms"])["account_id"]
    check(f"seed{seed} no gap, no 3", run("coverage", "-s", store, "-m", "2026-01", "-q", "--account", good)[0] == 0)
    again = [run("coverage", "-s", store, "-m", "2026-01", "-q", "-f", f)[1] for f in ("json", "json")]
    check(f"seed{seed} deterministic", again[0] == again[1])
    return path, store, report


# ---- Forms.

def forms(store, report):
    code, out, _ = run("coverage", "-s", store, "-m", "2026-01", "-q", "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    check("csv: a row a gap", code == 3 and [(r["account"], r["from"], r["to"], r["gap"]) for r in rows] ==
          [(g["account_id"], g["from"], g["to"], g["gap"]) for g in report["gaps"]], str(rows))
    for by, key, n in (("recorder", "region", len(report["recorders"])), ("account", "standing", len(report["accounts"])),
                       ("type", "left_out", len(report["types"])), ("day", "recorders", 31)):
        code, out, err = run("coverage", "-s", store, "-m", "2026-01", "-q", "-f", "csv", "--by", by)
        rows = list(csv.DictReader(io.StringIO(out)))
        check(f"csv by {by}", len(rows) == n and key in rows[0], f"{len(rows)} rows, {n} wanted {err}")
    code, out, _ = run("coverage", "-s", store, "-m", "2026-01", "-q")
    check("table names each gap", all(g["account_id"] in out and g["gap"] in out for g in report["gaps"]) and "known: 1 of 4" in out, out)
    days = report["days"]
    check("days add up", sum(d["known_ms"] for d in days) == report["totals"]["known_ms"]
          and sum(d["of_ms"] for d in days) == report["totals"]["of_ms"])
    for args, text in ((("--by", "week"), "--by is recorder, account, type or day"),
                       (("--from", "2026-01-01"), "exclude each other"), (("--account", "999999999999"), "what was asked for"),
                       (("--accounts", os.devnull), "the account list is empty")):
        code, _, err = run("coverage", "-s", store, "-m", "2026-01", *args)
        check("refused: " + " ".join(args), code == 1 and text in err, err)
    code, _, err = run("coverage", "-s", store, "--from", "2026-01-02", "--to", "2026-01-01")
    check("refused: a period that ends before it begins", code == 1 and "before" in err, err)
    whole = run_json("coverage", "-s", store, "-q", expect=(3,))
    check("default: the whole days delivered", (whole["from"], whole["to"]) == ("2025-12-31T00:00:00Z", "2026-02-02T00:00:00Z"),
          str((whole["from"], whole["to"])))


def counted_again(report, rows):
    """Cells from the gaps of all types and the time outside: per row and day, what the picture must show."""
    names = {"recorder-stopped": "stopped", "silent": "silent"}
    count = dict.fromkeys(report["picture"]["cells"], 0)
    for row in rows:
        for i in range(31):
            begin, end = instant(PERIOD[0]) + i * DAY, instant(PERIOD[0]) + (i + 1) * DAY
            seen = set()
            for region in row:
                left = dt.timedelta()
                for x in region["gaps"]:
                    part = min(end, instant(x["to"])) - max(begin, instant(x["from"]))
                    if part > dt.timedelta():
                        left += part
                        seen.add(names.get(x["gap"], "no-delivery"))
                out = [s for s in region["stretches"] if s["state"] == "not-in-organisation"]
                away = sum((max(dt.timedelta(), min(end, instant(s["to"])) - max(begin, instant(s["from"]))) for s in out), dt.timedelta())
                if left + away < DAY:
                    seen.add("known")
            count["not-in-organisation" if not seen else seen.pop() if len(seen) == 1 else "partly"] += 1
    return count


def picture(store, report, by, rows):
    path = os.path.join(HOME, f"{by}.svg")
    run("coverage", "-s", store, "-m", "2026-01", "-q", "--svg", path, "--by", by)
    root = ET.parse(path).getroot()
    check(f"svg {by}: one picture", root.tag == SVG + "svg" and {"width", "height", "viewBox"} <= set(root.attrib))
    text = open(path, encoding="utf-8").read()
    check(f"svg {by}: self-contained", "<script" not in text and "href" not in text and "@import" not in text
          and not re.search(r"url\((?!#)", text))
    cells = dict.fromkeys(report["picture"]["cells"], 0)
    for r in root.iter(SVG + "rect"):
        if "data-cells" in r.attrib:
            cells[r.get("fill")[5:-1]] += int(r.get("data-cells"))
    shown = run_json("coverage", "-s", store, "-m", "2026-01", "-q", "--by", by, expect=(3,))["picture"]
    check(f"svg {by}: cells as in the JSON", cells == shown["cells"], f"{cells} {shown}")
    check(f"svg {by}: no cell is missing", sum(cells.values()) == shown["rows"] * shown["columns"] == len(rows) * 31)
    again = counted_again(report, rows)
    check(f"svg {by}: counted again from the gaps", cells == again, f"{cells} {again}")
    patterns = {p.get("id") for p in root.iter(SVG + "pattern")}
    check(f"svg {by}: a pattern each", patterns == set(cells))
    letters = ["".join(p.itertext()) for p in root.iter(SVG + "pattern")]
    check(f"svg {by}: readable without colour", len(set(letters)) == len(letters), str(letters))


def pictures(store, report):
    regions = [dict(r, gaps=gaps(report, account_id=r["account_id"], region=r["region"])) for r in report["recorders"]]
    picture(store, report, "recorder", [[r] for r in regions])
    picture(store, report, "account", [[r for r in regions if r["account_id"] == a["account_id"]] for a in report["accounts"]])


# ---- Populations.

def account(number, name, status="ACTIVE", joined="2020-01-01T00:00:00Z"):
    return {"Id": number, "Arn": f"arn:aws:organizations::1:account/o/{number}", "Name": name, "Status": status,
            "JoinedTimestamp": joined}


def populations(path, store, report):
    whole = json.load(open(path + "/organization/list-accounts.json"))["Accounts"]
    never = account("000000000001", "never <&\"'> heard of")
    later = account("000000000002", "joins in the period", joined="2026-01-10T00:00:00+01:00")
    after = account("000000000003", "joins behind the period", joined="2026-03-01T00:00:00Z")
    name = os.path.join(HOME, "accounts.json")
    with open(name, "w", encoding="utf-8") as f:  # Two pages, one behind the other.
        f.write(json.dumps({"Accounts": whole[1:] + [never], "NextToken": "x"}) + "\n" + json.dumps({"Accounts": [later, after]}))
    r = coverage(store, "--accounts", name)
    for a, begin in ((never, PERIOD[0]), (later, "2026-01-09T23:00:00Z")):
        g = gaps(r, account_id=a["Id"])
        check("never delivered: " + a["Name"], [(x["region"], x["gap"], x["from"], x["to"]) for x in g] ==
              [("*", "never-delivered", begin, PERIOD[1])], str(g))
    check("not yet in the organisation is no gap", not gaps(r, account_id=after["Id"]))
    standing = {a["account_id"]: a["standing"] for a in r["accounts"]}
    check("in the store's list, not in this newer one", standing[whole[0]["Id"]] == "left", str(standing))
    check("listed count", r["population"]["listed"] == len(whole) + 2 and r["population"]["source"] == name)
    svg = os.path.join(HOME, "names.svg")
    run("coverage", "-s", store, "-m", "2026-01", "-q", "--accounts", name, "--svg", svg)
    check("svg: names are escaped", any(t.text and t.text.startswith("never <&\"'>") for t in ET.parse(svg).iter(SVG + "text")))
    # The list came last: before it, nobody could know of accounts that never delivered.
    before = coverage(store, "--known-at", str(report["position"] - 2))
    check("before the list the population is unknown", not before["population"]["known"] and before["population"]["listed"] == 0,
          str(before["population"]))
    out = run("coverage", "-s", store, "-m", "2026-01", "-q", "--known-at", str(report["position"] - 2))[1]
    check("and the table says so", "population: unknown" in out and "cannot be seen" in out)
    pages = os.path.join(HOME, "page.json")
    json.dump({"Accounts": whole, "NextToken": "x"}, open(pages, "w", encoding="utf-8"))
    out = run("coverage", "-s", store, "-m", "2026-01", "-q", "--accounts", pages)[1]
    check("a list with a page missing is told", "is not complete" in out, out[-300:])


def dated_lists(path, top):
    """Lists that come in another order than they were made in: the newest is the latest by date."""
    store, bucket = os.path.join(top, "dated-store"), os.path.join(top, "dated")
    whole = json.load(open(path + "/organization/list-accounts.json"))["Accounts"]
    run("ingest", "-s", store, path + "/config", "-q")
    for name, extra, n, wants in (("list-2026-01-20.json", {}, 1, "2026-01-20"), ("list-2026-01-10.json", {}, 2, "2026-01-20"),
                                  ("reply.json", {"ResponseMetadata": {"HTTPHeaders": {"date": "Wed, 21 Jan 2026 06:00:00 GMT"}}}, 3, "2026-01-21"),
                                  ("list.json", {}, 4, None), ("list-2026-01-20-again.json", {}, 5, None)):
        accounts = whole + [account(f"{k:012}", f"number {k}") for k in range(n)]
        os.makedirs(bucket, exist_ok=True)
        with open(os.path.join(bucket, name), "w", encoding="utf-8") as f:
            json.dump(dict({"Accounts": accounts}, **extra), f)
        run_json("ingest", "-s", store, os.path.join(bucket, name), "-q", expect=(0,))
        r = coverage(store)["population"]
        newest = {"2026-01-20": 1, "2026-01-21": 3, None: 4}[wants]
        check(f"dated lists: behind {name}", (r["listed"], r["source"].endswith(f" of {wants}")) == (len(whole) + newest, wants is not None), str(r))
        rows = [f for f in run_json("evaluate", "-s", store, "-p", "nis2-kritis", "--at", "2026-01-25", "-q", expect=(2, 3))["findings"]
                if f["reason"] == "no-recorder" and f["region"] == "*"]
        check(f"dated lists: evaluate behind {name}", len({f["account_id"] for f in rows}) == newest and
              len({f["rule_name"] for f in rows}) * newest == len(rows), len(rows))


# ---- CloudTrail.

def record(name, at, number, region, error=None, who="arn:aws:iam::1:user/eve"):
    r = {"eventVersion": "1.08", "eventSource": "config.amazonaws.com", "eventName": name, "eventTime": at, "awsRegion": region,
         "recipientAccountId": number, "userIdentity": {"type": "IAMUser", "arn": who}, "eventID": f"{name}-{at}",
         "requestParameters": {"configurationRecorderName": "default"}}
    return dict(r, errorCode=error) if error else r


def event(r):
    return {"version": "0", "id": "1", "detail-type": "AWS API Call via CloudTrail", "source": "aws.config",
            "account": r["recipientAccountId"], "time": r["eventTime"], "region": r["awsRegion"], "detail": r}


def put(path, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    with open(path, "wb") as f:
        f.write(gzip.compress(data) if path.endswith(".gz") else data)


def cloudtrail(store, report):
    good = next(a for a in report["accounts"] if a["known_ms"] == a["of_ms"])["account_id"]
    region = next(r["region"] for r in report["recorders"] if r["account_id"] == good)
    trail = os.path.join(HOME, "trail")
    log = f"{trail}/AWSLogs/{good}/CloudTrail/{region}/2026/01/10/{good}_CloudTrail_{region}_20260110T0000Z_x.json.gz"
    ec2 = {"eventVersion": "1.08", "eventSource": "ec2.amazonaws.com", "eventName": "RunInstances", "eventTime": "2026-01-10T00:00:00Z"}
    put(log, {"Records": [ec2, record("StopConfigurationRecorder", "2026-01-10T01:30:00Z", good, region), ec2]})
    put(log.replace("_x.", "_y."), {"Records": [ec2]})
    start = record("StartConfigurationRecorder", "2026-01-10T05:00:00Z", good, region)
    body = json.dumps({"Type": "Notification", "Message": json.dumps(event(start))})
    put(f"{trail}/queue.json", {"Messages": [{"MessageId": "1", "Body": body}]})
    put(f"{trail}/denied.json", event(record("StopConfigurationRecorder", "2026-01-20T00:00:00Z", good, region, "AccessDenied")))
    put(f"{trail}/elsewhere.json", {"Events": [{"EventId": "1", "EventName": "PutConfigurationRecorder",
        "EventSource": "config.amazonaws.com",
        "CloudTrailEvent": json.dumps(record("PutConfigurationRecorder", "2026-01-03T00:00:00Z", good, "ap-south-2"))}]})
    copy = os.path.join(HOME, "trailed")
    shutil.copytree(store, copy)
    code, out, err = run("ingest", "-s", copy, trail, "--format", "json")
    check("trail: ingest", code == 0, err[-400:])
    seen = json.loads(out)
    check("trail: four kept, one skipped", (seen["files_read"], seen["files_skipped"]) == (4, 1), out)
    code, out, err = run("ingest", "-s", copy, trail, "--format", "json")
    check("trail: a second time nothing is new", json.loads(out)["files_read"] == 0, out)
    r = coverage(copy, "--account", good)
    stopped = gaps(r, region=region)
    check("trail: stopped from the stop to the start", [(g["gap"], g["from"], g["to"]) for g in stopped] ==
          [("recorder-stopped", "2026-01-10T01:30:00Z", "2026-01-10T05:00:00Z")], str(stopped))
    check("trail: who, when, and that the item says otherwise", stopped and all(t in stopped[0]["how_known"] for t in (
        "StopConfigurationRecorder at 2026-01-10T01:30:00Z by arn:aws:iam::1:user/eve", "contradict")), str(stopped))
    place = next(x for x in r["recorders"] if x["region"] == region)
    check("trail: what failed is told, and no stop", [e["failed"] for e in place["events"]] == [False, False, True], str(place["events"]))
    told = gaps(r, region="ap-south-2")
    check("trail: a region that only CloudTrail names", [(g["gap"], g["from"], g["to"]) for g in told] ==
          [("never-delivered", *PERIOD)], str(told))
    judged = run_json("evaluate", "-s", copy, "--at", "2026-01-10T02:00:00Z", "-q", expect=(0, 2, 3))["findings"]
    mine = [f for f in judged if f["account_id"] == good and f["region"] == region]
    check("trail: no verdict while it was stopped", mine and {(f["compliance"], f["reason"]) for f in mine} ==
          {("INSUFFICIENT_DATA", "recorder-stopped")}, str({(f["compliance"], f["reason"]) for f in mine}))
    judged = run_json("evaluate", "-s", copy, "--at", "2026-01-10T06:30:00Z", "-q", expect=(0, 2, 3))["findings"]
    check("trail: verdicts again after the start", any(f["account_id"] == good and f["compliance"] == "COMPLIANT" for f in judged))


# ---- Deliveries taken away, types left out.

def holes(path, report):
    good = next(a for a in report["accounts"] if a["known_ms"] == a["of_ms"])["account_id"]
    regions = [r["region"] for r in report["recorders"] if r["account_id"] == good]
    bucket = os.path.join(HOME, "holes")
    shutil.copytree(path, bucket)
    base = f"{bucket}/config/AWSLogs/{good}/Config"
    shutil.rmtree(f"{base}/{regions[0]}/2026/1/12")
    shutil.rmtree(f"{base}/{regions[0]}/2026/1/13")
    for day in range(5, 32):
        shutil.rmtree(f"{base}/{regions[1]}/2026/1/{day}", ignore_errors=True)
    shutil.rmtree(f"{base}/{regions[1]}/2026/2", ignore_errors=True)
    store = ingested(bucket, "store-holes")
    left = deliveries(bucket, good, regions[0])
    r = coverage(store, "--account", good)
    before, after = [x for x in left if x < "2026-01-12"][-1], [x for x in left if x > "2026-01-14"][0]
    # The histories of that night may be later or earlier than the snapshot that is nearest.
    mine = gaps(r, region=regions[0], gap="silent")
    check("two days without files are a silence", len(mine) == 1 and mine[0]["from"][:13] == before[:13] and
          mine[0]["to"][:10] in (after[:10], "2026-01-13", "2026-01-14"), f"{spans(mine)} {before} {after}")
    last = gaps(r, region=regions[1])
    check("a recorder that went quiet", [(g["gap"], g["from"], g["to"]) for g in last] ==
          [("after-last-delivery", deliveries(bucket, good, regions[1])[-1], PERIOD[1])], str(last))
    shutil.rmtree(f"{base}/{regions[1]}")
    store = ingested(bucket, "store-no-region")
    r = coverage(store, "--account", good)
    check("a region of which nothing is told is not in the population", {x["region"] for x in r["recorders"]} == {regions[0]})
    elsewhere = {a["account_id"]: a["regions_only_elsewhere"] for a in coverage(store)["accounts"]}
    check("but that others record there is told", elsewhere[good] == [regions[1]] and sum(map(len, elsewhere.values())) == 1,
          str(elsewhere))


def types_left_out(path, report):
    good = next(a for a in report["accounts"] if a["known_ms"] == a["of_ms"])["account_id"]
    region = next(r["region"] for r in report["recorders"] if r["account_id"] == good)
    bucket = os.path.join(HOME, "types")
    shutil.copytree(path, bucket)
    changed = 0
    for name in glob.glob(f"{bucket}/config/AWSLogs/{good}/Config/{region}/**/*.json.gz", recursive=True):
        moment = re.search(r"_(\d{8})T", os.path.basename(name)).group(1)
        if "ConfigSnapshot" not in name or moment < "20260110":
            continue
        d = json.loads(gzip.decompress(open(name, "rb").read()))
        for item in d["configurationItems"]:
            if item["resourceType"] == "AWS::Config::ConfigurationRecorder":
                item["configuration"]["RecordingGroup"] = {"AllSupported": False, "ResourceTypes": [],
                    "ExclusionByResourceTypes": {"ResourceTypes": ["AWS::EC2::Volume"]}}
                item["configurationItemCaptureTime"] = "2026-01-09T23:00:00.500Z"
                changed += 1
        d["configurationItems"] = [i for i in d["configurationItems"] if i["resourceType"] != "AWS::EC2::Volume"]
        put(name, d)
    check("types: recorder items changed", changed > 80, str(changed))
    store = ingested(bucket, "store-types")
    r = coverage(store, "--account", good, "--region", region)
    check("types: left out from the item's capture on", [(g["resource_type"], g["gap"], g["from"], g["to"]) for g in r["gaps"]] ==
          [("AWS::EC2::Volume", "not-recorded", "2026-01-09T23:00:00.500Z", PERIOD[1])], str(r["gaps"]))
    check("types: how it is known", "the recorder item of 2026-01-09T23:00:00.500Z excludes the type" in r["gaps"][0]["how_known"],
          r["gaps"][0]["how_known"])
    check("types: the recorder itself is known", r["totals"]["known_ms"] == r["totals"]["of_ms"])
    one = coverage(store, "--account", good, "--region", region, "--type", "AWS::EC2::Volume")
    check("types: the type is not", one["totals"]["of_ms"] - one["totals"]["known_ms"] == r["gaps"][0]["duration_ms"], str(one["totals"]))
    other = coverage(store, "--account", good, "--region", region, "--type", "AWS::S3::Bucket", expect=(0,))
    check("types: another type is", not other["gaps"])


def main():
    first = None
    for seed in (1, 2, 7, 23):
        got = stories(seed)
        first = first or got
    path, store, report = first
    forms(store, report)
    pictures(store, report)
    populations(path, store, report)
    dated_lists(path, os.path.join(HOME, 'lists'))
    cloudtrail(store, report)
    holes(path, report)
    types_left_out(path, report)
    done()


main()
