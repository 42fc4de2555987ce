#!/usr/bin/env python3
"""Reads a generated organisation from its deliveries alone, and compares with truth.json.

usage: test_sample.py [FOLDER]

Without a folder the command writes some first, and each is one result. Shares nothing with the generator: the totals, the numbers of "expect" and each
story are worked out again from the objects, with the rules as AWS documents them.
"""
import csv
import datetime
import gzip
import hashlib
import ipaddress
import json
import os
import re
import sys
from collections import Counter, defaultdict

UTC = datetime.timezone.utc
KEYS = ["relatedEvents", "relationships", "configuration", "supplementaryConfiguration", "tags",
        "configurationItemVersion", "configurationItemCaptureTime", "configurationStateId",
        "awsAccountId", "configurationItemStatus", "resourceType", "resourceId", "resourceName",
        "ARN", "awsRegion", "availabilityZone", "configurationStateMd5Hash",
        "resourceCreationTime"]
DAY = r"(\d{4})/([1-9]\d?)/([1-9]\d?)"
SNAPSHOT = re.compile(r"config/AWSLogs/(\d{12})/Config/([a-z0-9-]+)/" + DAY + r"/ConfigSnapshot/"
                      r"\1_Config_\2_ConfigSnapshot_(\d{8}T\d{6}Z)_([0-9a-f-]{36})\.json\.gz")
HISTORY = re.compile(r"config/AWSLogs/(\d{12})/Config/([a-z0-9-]+)/" + DAY + r"/ConfigHistory/"
                     r"\1_Config_\2_ConfigHistory_([A-Za-z0-9:]+)_(\d{8}T\d{6}Z)_(\d{8}T\d{6}Z)_1\.json\.gz")
OVERSIZED = re.compile(r"config/AWSLogs/(\d{12})/Config/([a-z0-9-]+)/" + DAY +
                       r"/OversizedChangeNotification/([A-Za-z0-9:]+)/([^/]+)/"
                       r"\1_Config_\2_ChangeNotification_\6_\7_(\d{8}T\d{6}Z)_(\d+)\.json\.gz")
NULL = re.compile(rb'[^\\]":null|[,\[]null')
REPORT_COLUMNS = 22
failures = []


def check(condition, *what):
    if not condition:
        failures.append(" ".join(str(w) for w in what))


def instant(text):
    """Milliseconds since 1970; None for None."""
    if text is None:
        return None
    form = "%Y%m%dT%H%M%SZ" if "-" not in text else (
        "%Y-%m-%dT%H:%M:%S.%fZ" if "." in text else "%Y-%m-%dT%H:%M:%SZ")
    when = datetime.datetime.strptime(text, form).replace(tzinfo=UTC)
    return round((when - datetime.datetime(1970, 1, 1, tzinfo=UTC)) / datetime.timedelta(milliseconds=1))


class World:
    def __init__(self, folder):
        self.folder = folder
        self.files = Counter()
        self.items_delivered = 0
        self.bytes_json = 0
        self.distinct = {}                        # digest of bytes -> type
        self.identity = set()                     # what should be one byte string
        self.chains = defaultdict(dict)           # (account, region, type, id) -> {capture: item}
        self.snapshots = defaultdict(list)        # (account, region) -> [(at, set of (type, id))]
        self.histories = defaultdict(list)        # (account, region) -> [capture]
        self.in_history = defaultdict(set)        # key of a chain -> captures
        self.in_snapshot = defaultdict(set)
        self.parsed = {}
        self.orders = defaultdict(list)
        decoder = json.JSONDecoder()
        for base, folders, names in os.walk(folder):
            folders.sort()
            for name in sorted(names):
                path = os.path.relpath(os.path.join(base, name), folder)
                self.file(path, decoder)

    def file(self, path, decoder):
        kind = next((k for k, p in (("snapshot", SNAPSHOT), ("history", HISTORY),
                                    ("oversized", OVERSIZED)) if p.fullmatch(path)), None)
        full = os.path.join(self.folder, path)
        if kind is None:
            if path == "truth.json":
                return
            if re.fullmatch(r"config/AWSLogs/\d{12}/Config/ConfigWritabilityCheckFile", path):
                check(os.path.getsize(full) == 0, path, "is not empty")
                kind = "check"
            elif path.startswith("evidence/"):
                kind = "evidence"
                if path.endswith(".json"):
                    check(json.load(open(full))["SummaryMap"]["Users"] > 0, path)
            elif path == "organization/list-accounts.json":
                kind = "organization"
            check(kind is not None, path, "is a name that no delivery has")
            self.files[kind] += 1
            return
        self.files[kind] += 1
        raw = gzip.open(full).read()
        self.bytes_json += len(raw)
        check(b"\n" not in raw, path, "has a line break")
        check(not NULL.search(raw), path, "has a null")
        text = raw.decode("utf-8")
        getattr(self, "take_" + kind)(path, text, decoder)

    def items(self, text, decoder):
        """(item, its bytes) of the array, each parsed once."""
        at = text.index('"configurationItems":[') + len('"configurationItems":[')
        while text[at] != "]":
            item, end = decoder.raw_decode(text, at)
            yield item, text[at:end]
            at = end + (text[end] == ",")
        check(text[at:] == "]}", "behind the items stands", text[at:at + 20])

    def item(self, account, region, item, text):
        self.items_delivered += 1
        digest = hashlib.sha256(text.encode()).digest()
        capture = instant(item["configurationItemCaptureTime"])
        key = (account, item["awsRegion"], item["resourceType"], item["resourceId"])
        self.identity.add(key + (capture, item["configurationItemStatus"]))
        if digest not in self.distinct:
            self.distinct[digest] = item["resourceType"]
            order = [KEYS.index(k) for k in item]
            check(order == sorted(order), key, "has another key order")
            check(item["configurationStateId"] == capture, key, "state id")
            check(capture % 1000 != 0, key, "captured at a whole second")
            check(item["awsAccountId"] == account, key, "account")
            check(item["awsRegion"] in (region, "global"), key, "region")
            deleted = item["configurationItemStatus"] == "ResourceDeleted"
            check(deleted == ("configuration" not in item), key, "configuration and deletion")
            self.chains[(account, region) + key[2:]][capture] = item
        elif key[1] == "global":
            self.chains[(account, region) + key[2:]].setdefault(capture, item)
        return (account, region) + key[2:], capture

    def take_snapshot(self, path, text, decoder):
        match = SNAPSHOT.fullmatch(path)
        account, region, at = match[1], match[2], instant(match[6])
        day = datetime.datetime(int(match[3]), int(match[4]), int(match[5]), tzinfo=UTC)
        check(day.date() == datetime.datetime.fromtimestamp(at / 1000, UTC).date(), path, "day")
        check(text.startswith('{"fileVersion":"1.0","configSnapshotId":"%s",' % match[7]), path)
        members, order = set(), []
        for item, raw in self.items(text, decoder):
            key, capture = self.item(account, region, item, raw)
            check(item["configurationItemStatus"] != "ResourceDeleted", path, "holds", key)
            check(capture < at, path, "is older than", key)
            check(key[2:] not in members, path, "holds twice", key)
            members.add(key[2:])
            order.append(key[2:])
            self.in_snapshot[key].add(capture)
        self.snapshots[account, region].append((at, members))
        self.orders[account, region].append(order[:40])

    def take_history(self, path, text, decoder):
        match = HISTORY.fullmatch(path)
        captures = []
        for item, raw in self.items(text, decoder):
            key, capture = self.item(match[1], match[2], item, raw)
            check(key[2] == match[6], path, "holds a", key[2])
            self.in_history[key].add(capture)
            captures.append(capture)
        first, last = instant(match[7]), instant(match[8])
        check(first == min(captures) // 1000 * 1000, path, "first capture")
        check(last == max(captures) // 1000 * 1000, path, "last capture")
        self.histories[match[1], match[2]] += captures

    def take_oversized(self, path, text, decoder):
        match = OVERSIZED.fullmatch(path)
        at = text.index('"configurationItem":') + len('"configurationItem":')
        item, end = decoder.raw_decode(text, at)
        key, capture = self.item(match[1], match[2], item, text[at:end])
        check(key[2:] == (match[6], match[7]) and str(capture) == match[9], path, "names another")
        check(json.loads(text)["messageType"] == "ConfigurationItemChangeNotification", path)

    # ---- what was true when ----

    def settle(self):
        for value in self.snapshots.values():
            value.sort(key=lambda s: s[0])

    def state(self, key, at):
        """The item valid at ${at}, or None: not there (as far as the deliveries tell)."""
        chain = self.chains[key]
        capture = max((c for c in chain if c <= at), default=None)
        if capture is None or chain[capture]["configurationItemStatus"] == "ResourceDeleted":
            return None
        for taken, members in self.snapshots[key[:2]]:
            if capture < taken <= at and key[2:] not in members and not any(
                    capture < c <= taken for c in chain):
                return None
        return chain[capture]

    def known(self, account, region, at):
        """Does anybody know what was true there and then?"""
        if not self.snapshots[account, region] or self.snapshots[account, region][-1][0] < at:
            return False
        recorder = self.state((account, region, "AWS::Config::ConfigurationRecorder", "default"), at)
        return recorder is None or recorder["configuration"]["Recording"]


# ---- the rules, again ----

def volume_encrypted(item):
    c = item["configuration"]
    if not any(a["state"] == "attached" for a in c["attachments"]):
        return "not_applicable"
    return c["encrypted"] is True


def multi_az(item):
    c = item["configuration"]
    return "not_applicable" if c["engine"].startswith("aurora") else c["multiAZ"] is True


def bucket_encrypted(item):
    s = item["supplementaryConfiguration"]
    rules = s.get("ServerSideEncryptionConfiguration", {}).get("rules", [])
    if any(r["applyServerSideEncryptionByDefault"].get("sseAlgorithm") for r in rules):
        return True
    policy = json.loads(s.get("BucketPolicy", {}).get("policyText", "{}"))
    return any(st["Effect"] == "Deny" and st["Action"] == "s3:PutObject" and
               "s3:x-amz-server-side-encryption" in st["Condition"].get("StringNotEquals", {})
               for st in policy.get("Statement", []))


def ports_closed(item):
    for p in item["configuration"]["ipPermissions"]:
        if p["ipProtocol"] not in ("tcp", "6", "-1"):
            continue
        if p["ipProtocol"] != "-1" and not any(
                p["fromPort"] <= port <= p["toPort"] for port in (22, 3389)):
            continue
        nets = [r["cidrIp"] for r in p["ipv4Ranges"]] + [r["cidrIpv6"] for r in p["ipv6Ranges"]]
        if any(ipaddress.ip_network(n).prefixlen == 0 for n in nets + p["ipRanges"]):
            return False
    return True


def pitr(item):
    d = item["supplementaryConfiguration"]["ContinuousBackupsDescription"]
    return d["pointInTimeRecoveryDescription"]["pointInTimeRecoveryStatus"] == "ENABLED"


def protected(item):
    attributes = item["supplementaryConfiguration"]["LoadBalancerAttributes"]
    return {"key": "deletion_protection.enabled", "value": "true"} in attributes


def tagged(item):
    return all(key in item["tags"] for key in ("Owner", "Environment", "DataClass"))


RULES = {
    "ENCRYPTED_VOLUMES": (volume_encrypted, ["AWS::EC2::Volume"]),
    "RDS_STORAGE_ENCRYPTED": (lambda i: i["configuration"]["storageEncrypted"] is True,
                              ["AWS::RDS::DBInstance"]),
    "RDS_MULTI_AZ_SUPPORT": (multi_az, ["AWS::RDS::DBInstance"]),
    "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED": (bucket_encrypted, ["AWS::S3::Bucket"]),
    "RESTRICTED_INCOMING_TRAFFIC": (ports_closed, ["AWS::EC2::SecurityGroup"]),
    "DYNAMODB_PITR_ENABLED": (pitr, ["AWS::DynamoDB::Table"]),
    "ELB_DELETION_PROTECTION_ENABLED": (protected, ["AWS::ElasticLoadBalancingV2::LoadBalancer"]),
    "REQUIRED_TAGS": (tagged, ["AWS::EC2::Instance", "AWS::RDS::DBInstance", "AWS::S3::Bucket"]),
}


def word(verdict):
    return {True: "COMPLIANT", False: "NON_COMPLIANT", "not_applicable": "NOT_APPLICABLE"}[verdict]


def expectations(world, truth):
    for row in truth["expect"]:
        rule, types = RULES[row["identifier"]]
        at = instant(row["at"])
        counted = Counter()
        for key in [k for k in world.chains if k[2] in types]:
            if not world.known(key[0], key[1], at):
                # Of what was there when knowledge ended.
                ends = [c for c in world.chains[key] if c <= at]
                if ends and world.state(key, at) is not None:
                    counted["unknown"] += 1
                continue
            item = world.state(key, at)
            if item is not None:
                counted[word(rule(item)).lower()] += 1
        for name in ("compliant", "non_compliant", "not_applicable", "unknown"):
            check(counted[name] == row[name], row["identifier"], row["at"], name, "is",
                  counted[name], "but the truth says", row[name])


# ---- the stories ----

def aws_verdict(world, key, rule, at):
    """AWS's own word for this rule: the recorded one."""
    item = world.state((key[0], key[1], "AWS::Config::ResourceCompliance", key[2] + "/" + key[3]), at)
    if item is None:
        return None
    for entry in item["configuration"]["configRuleList"]:
        if re.fullmatch(re.escape(rule) + "-conformance-pack-[a-z0-9]{8}", entry["configRuleName"]):
            return entry["complianceType"]
    return None


def interval(world, story, key):
    """The rule gives the story's verdict exactly in [from, to)."""
    rule = RULES[story["identifier"]][0]
    start, end = instant(story["from"]), instant(story["to"])
    for at, inside in ((start - 1, False), (start, True), (start + 1, True),
                       (end - 1 if end else None, True), (end, False)):
        if at is None:
            continue
        item = world.state(key, at)
        got = word(rule(item)) if item else None
        check((got == story["verdict"]) == inside, story["story"], "at", at, "is", got)
    if "rule" in story and story["verdict"] == "NON_COMPLIANT" and "recorded_verdict" not in story:
        # Six minutes later AWS says so, or earlier where it began before the first delivery.
        check(aws_verdict(world, key, story["rule"], start + 361000) == "NON_COMPLIANT",
              story["story"], "AWS's verdict")
    for capture in world.chains[key]:
        item = world.chains[key][capture]
        if "configuration" in item and not (start <= capture and (end is None or capture < end)):
            check(word(rule(item)) != story["verdict"], story["story"], "outside at", capture)


def story_recorder(world, story, key):
    chain = sorted(world.chains[key].items())
    off = [c for c, i in chain if not i["configuration"]["Recording"]]
    check(off == [instant(story["from"])], "recorder off at", off)
    check(instant(story["to"]) - off[0] == 9 * 86400000, "nine days")
    check(any(c == instant(story["to"]) and i["configuration"]["Recording"] for c, i in chain),
          "recorder on again")
    place = key[:2]
    between = [t for t, _ in world.snapshots[place]
               if instant(story["last_snapshot"]) < t < instant(story["next_snapshot"])]
    check(not between, "snapshots while stopped", between)
    times = [t for t, _ in world.snapshots[place]]
    check(instant(story["last_snapshot"]) in times and instant(story["next_snapshot"]) in times,
          "snapshots around the stop")
    inside = [c for c in world.histories[place] if off[0] < c < instant(story["to"])]
    check(not inside, "history while stopped", inside)
    found = {k for k, v in world.in_history.items() if k[:2] == place and
             k[2] not in ("AWS::Config::ResourceCompliance", key[2]) and
             any(0 < c - instant(story["to"]) <= 600000 for c in v)}
    check(len(found) == story["found_after"], "found after", len(found))


def story_between(world, story, key):
    check(not world.in_snapshot[key], "it is in a snapshot", key)
    states = [i["configurationItemStatus"] for _, i in sorted(world.chains[key].items())]
    check(states == ["ResourceDiscovered", "ResourceDeleted"], key, states)
    interval(world, story, key)


def story_vanished(world, story, key):
    check(not any(i["configurationItemStatus"] == "ResourceDeleted"
                  for i in world.chains[key].values()), "it has a deletion", key)
    held = [t for t, m in world.snapshots[key[:2]] if key[2:] in m]
    after = [t for t, m in world.snapshots[key[:2]] if t > held[-1]]
    check(held[-1] == instant(story["last_seen"]) and after[0] == instant(story["absent_from"]),
          "seen until", held[-1])
    check(held[-1] < instant(story["to"]) < after[0], "its end")
    check(word(multi_az(world.state(key, held[-1]))) == story["verdict"], "its verdict")


def story_leaves(world, story, _):
    last = max(s[-1][0] for p, s in world.snapshots.items() if p[0] == story["account"] and s)
    check(last == instant(story["last_delivery"]), "last delivery", last)


def story_joins(world, story, _):
    first = min(s[0][0] for p, s in world.snapshots.items() if p[0] == story["account"] and s)
    check(first == instant(story["first_delivery"]), "first delivery", first)
    check(all(c > first - 3 * 3600000 for k, v in world.chains.items()
              if k[0] == story["account"] for c in v), "something captured before it joined")


def story_key(world, story, key):
    name = story["resource_name"]
    folder = os.path.join(world.folder, "evidence", story["account"])
    old, young = [], []
    for report in sorted(f for f in os.listdir(folder) if f.endswith(".csv")):
        rows = {r["user"]: r for r in csv.DictReader(open(os.path.join(folder, report)))}
        check(all(len(r) == REPORT_COLUMNS for r in rows.values()), report, "columns")
        made = rows[name]["access_key_1_last_rotated"].replace("+00:00", "Z")
        check(instant(made) == instant(story["key_rotated"]), report, "rotated", made)
        check(rows[name]["access_key_1_active"] == "true", report, "inactive key")
        day = instant(report[-14:-4] + "T02:00:00Z")
        (old if day - instant(made) > 90 * 86400000 else young).append(day)
    check(young and old and max(young) <= instant(story["from"]) < min(old), "the 90th day")
    for region in {k[1] for k in world.chains if k[0] == story["account"]}:
        place = (key[0], region) + key[2:]
        check(aws_verdict(world, place, story["rule"], instant(story["from"])) == "COMPLIANT",
              region, "AWS before")
        if world.known(key[0], region, instant(story["from"]) + 2 * 86400000):
            check(aws_verdict(world, place, story["rule"],
                              instant(story["from"]) + 2 * 86400000) == "NON_COMPLIANT",
                  region, "AWS two days later")


def story_recreated(world, story, key):
    states = [(c, i["configurationItemStatus"]) for c, i in sorted(world.chains[key].items())]
    check(states[-2:] == [(instant(story["from"]), "ResourceDeleted"),
                          (instant(story["to"]), "ResourceDiscovered")], key, states)
    made = {i["resourceCreationTime"] for i in world.chains[key].values()
            if "resourceCreationTime" in i}
    check(len(made) == 2, "created", made)


def story_late(world, story, key):
    path = os.path.join(world.folder, story["file"])
    check(os.path.exists(path) and os.path.exists(
        os.path.join(world.folder, story["after_snapshot"])), story["file"])
    match = HISTORY.fullmatch(story["file"])
    taken = instant(SNAPSHOT.fullmatch(story["after_snapshot"])[6])
    check(instant(match[8]) < taken < instant(story["delivered"]), "late", story["file"])
    day = datetime.datetime.fromtimestamp(instant(story["delivered"]) / 1000, UTC)
    check((day.year, day.month, day.day) == tuple(int(match[i]) for i in (3, 4, 5)), "its day")
    items = json.load(gzip.open(path))["configurationItems"]
    captures = [instant(i["configurationItemCaptureTime"]) for i in items
                if i["resourceId"] == key[3]]
    check(captures == [instant(story["from"]), instant(story["to"])], "late captures", captures)
    check(captures[0] not in world.in_snapshot[key], "the first is in a snapshot")


def story_stale(world, story, key):
    interval(world, story, key)
    said = {aws_verdict(world, key, story["rule"], t) for t, _ in world.snapshots[key[:2]]
            if t > instant(story["from"])}
    check(said == {story["recorded_verdict"]}, "AWS says", said)


STORIES = {"recorder-stopped": story_recorder, "database-between-snapshots": story_between,
           "database-vanished": story_vanished, "account-leaves": story_leaves,
           "account-joins": story_joins, "access-key-90-days": story_key,
           "recreated": story_recreated, "history-late": story_late, "stale-verdict": story_stale}


def compare(folder):
    """What is not as truth.json says, in words; and a summary."""
    del failures[:]
    world = World(folder)
    world.settle()
    truth = json.load(open(os.path.join(folder, "truth.json")))
    totals = truth["totals"]
    check(truth["format"] == "beleg-sample-truth" and truth["version"] == 1, "format")
    check(sum(world.files.values()) == totals["files"], "files", sum(world.files.values()))
    for kind, n in totals["files_by_kind"].items():
        check(world.files[kind] == n, kind, world.files[kind], n)
    check(world.items_delivered == totals["items_delivered"], "items", world.items_delivered)
    check(world.bytes_json == totals["bytes_json"], "bytes", world.bytes_json)
    by_type = Counter(world.distinct.values())
    for name in set(by_type) | set(totals["by_type"]):
        check(by_type[name] == totals["by_type"].get(name), name, by_type[name],
              totals["by_type"].get(name))
    check(len(world.distinct) == totals["versions"], "versions", len(world.distinct))
    check(len(world.identity) == len(world.distinct), "one version has two byte strings")
    for place, orders in world.orders.items():
        check(len(orders) < 3 or len({tuple(o) for o in orders}) > 1, place, "order never changes")
    accounts = json.load(open(os.path.join(folder, "organization/list-accounts.json")))["Accounts"]
    check([a["Id"] for a in accounts] == [a["id"] for a in truth["accounts"]], "accounts")
    check({k[0] for k in world.chains} == {a["id"] for a in truth["accounts"]}, "accounts")
    check({k[1] for k in world.chains} == set(truth["regions"]), "regions")
    expectations(world, truth)
    for story in truth["stories"]:
        key = (story["account"], story.get("region"), story.get("resource_type"),
               story.get("resource_id"))
        before = len(failures)
        STORIES.get(story["story"], interval)(world, story, key)
        failures[before:] = [story["story"] + ": " + f for f in failures[before:]]
    return "%d files, %d items, %d versions, %d stories, %d left out, %d expectations: %s" % (
        sum(world.files.values()), world.items_delivered, len(world.distinct),
        len(truth["stories"]), len(truth["left_out"]), len(truth["expect"]),
        "%d failures" % len(failures) if failures else "all as stated")


# What the command is asked for: the default, other seeds, and organisations too small for some stories.
SHAPES = ["", "--seed 2", "--seed 3 --accounts 1 --regions 1", "--seed 4 --accounts 2 --days 3",
          "--seed 5 --accounts 1 --regions 1 --days 1 --resources 5",
          "--seed 6 --accounts 3 --regions 4 --days 14 --start 2024-02-20T13:30:00Z"]


def main():
    if len(sys.argv) == 2:
        summary = compare(sys.argv[1])
        for failure in failures[:40]:
            print("FAIL", failure)
        print(summary)
        return 1 if failures else 0
    import common
    for shape in SHAPES:
        tree = os.path.join(common.folder(), "organisation")
        code, _, err = common.run("sample", tree, "-q", *shape.split())
        name = "sample " + (shape or "default").replace("--", "")
        if not common.check(name + " written", code == 0, err):
            continue
        summary = compare(tree)
        common.check(name + " as stated", not failures, "; ".join(failures[:5]))
        print(summary, flush=True)
    common.done()


if __name__ == "__main__":
    sys.exit(main())
