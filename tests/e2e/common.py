"""What the end-to-end scripts share: running beleg, and one line a result."""
import json
import os
import subprocess
import sys
import tempfile

BELEG = os.environ.get("BELEG", "build/release/src/cli/beleg")
REFERENCE = os.environ.get("BELEG_REFERENCE")
ROOT = os.environ.get("BELEG_ROOT", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
failed = 0


def check(name, good, why=""):
    """One result; why is printed when it is not good."""
    global failed
    name = name.replace(" ", "-")
    if good:
        print(f"ok {name}", flush=True)
    else:
        failed += 1
        print(f"not ok {name}: {why}", flush=True)
    return good


def skip(name, why):
    print(f"skip {name.replace(chr(32), chr(45))}: {why}", flush=True)


def done():
    sys.exit(1 if failed else 0)


def run(*args, stdin=None, env=None, timeout=900):
    """Run beleg; (exit code, stdout, stderr) as text."""
    full = dict(os.environ, **(env or {}))
    full.pop("BELEG_STORE", None)
    if env:
        full.update(env)
    p = subprocess.run([BELEG, *args], input=stdin, capture_output=True, env=full, timeout=timeout)
    return p.returncode, p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")


def run_json(*args, expect=None, **kw):
    """Run with --format json; the one object printed."""
    code, out, err = run(*args, "--format", "json", **kw)
    if expect is not None and code not in expect:
        raise RuntimeError(f"beleg {' '.join(args)} exited {code}: {err.strip()[-600:]}")
    return json.loads(out)


def folder(prefix="beleg-e2e-"):
    """A folder that is removed when the script ends."""
    import atexit
    import shutil
    path = tempfile.mkdtemp(prefix=prefix)
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


FORGOTTEN = "999900001111"  # On the account list, and nothing was ever delivered of it.
STOP = ("2026-01-12T07:10:00.250Z", "2026-01-20T07:10:00.250Z")


def plant(tree):
    """Into a sample organisation: a region that holds nothing but its recorder, which is stopped for a week, in an account
    that is there all the time; and a listed account of which nothing comes. Returns (account, region) of the first."""
    import datetime as dt
    import gzip
    truth = json.load(open(os.path.join(tree, "truth.json")))
    listing = os.path.join(tree, "organization/list-accounts.json")
    accounts = json.load(open(listing))
    comers = {s["account"] for s in truth["stories"] if s["story"] in ("account-leaves", "account-joins")}
    account, region = [a["Id"] for a in accounts["Accounts"] if a["Id"] not in comers][0], "eu-north-1"
    accounts["Accounts"].append({"Id": FORGOTTEN, "Name": "forgotten", "Status": "ACTIVE",
                                 "JoinedTimestamp": "2026-01-10T00:00:00+00:00"})
    with open(listing, "w") as f:
        json.dump(accounts, f)

    def item(captured, on):
        return {"configurationItemVersion": "1.3", "configurationItemCaptureTime": captured, "configurationStateId": 1,
                "awsAccountId": account, "configurationItemStatus": "OK", "resourceType": "AWS::Config::ConfigurationRecorder",
                "resourceId": "default", "awsRegion": region, "configuration": {"Name": "default", "Recording": on,
                "RecordingGroup": {"AllSupported": True, "IncludeGlobalResourceTypes": False}}}

    def deliver(when, kind, one):
        name = f"{account}_Config_{region}_{kind}_{when:%Y%m%dT%H%M%SZ}_{when:%d%H%M%S}-0000-0000-0000-000000000000.json.gz"
        place = os.path.join(tree, f"config/AWSLogs/{account}/Config/{region}/{when.year}/{when.month}/{when.day}", kind.split("_")[0])
        os.makedirs(place, exist_ok=True)
        with gzip.open(os.path.join(place, name), "wt") as f:
            json.dump({"fileVersion": "1.0", "configSnapshotId": name, "configurationItems": [one]}, f)

    when, end = dt.datetime(2026, 1, 1, 0, 0, 30), dt.datetime(2026, 1, 31, 19)
    states = [("2025-12-30T10:00:00.500Z", True), (STOP[0], False), (STOP[1], True)]
    while when < end:
        known = [s for s in states if s[0] <= when.isoformat() + "Z"]
        if known[-1][1]:
            deliver(when, "ConfigSnapshot", item(*known[-1]))
        elif when - dt.datetime.fromisoformat(known[-1][0][:-1]) < dt.timedelta(hours=6):
            deliver(when, "ConfigHistory_AWS::Config::ConfigurationRecorder", item(*known[-1]))
        when += dt.timedelta(hours=6)
    return account, region
