#!/usr/bin/env python3
"""The command as a person and a script meet it: help, options, formats, exit codes, and the package.

beleg-e2e: sanitized too
"""
import csv
import filecmp
import io
import json
import os
import re
import shutil
import subprocess
import time

from common import BELEG, ROOT, check, done, folder, run, run_json, skip

top = folder()
tree, store, key = (os.path.join(top, n) for n in ("organisation", "store", "key"))

# Help, man pages and completion come from one table and are all there.
code, out, err = run("help", "--list")
verbs = out.split()
check("verbs are listed", code == 0 and {"ingest", "evaluate", "package", "packs", "keys", "sample"} <= set(verbs), out)
for verb in verbs:
    code, out, err = run(verb, "--help")
    check(f"{verb} --help", code == 0 and "Usage: beleg " + verb in out and "Examples:" in out and "$ " in out, err)
    options = set(re.findall(r"--([a-z-]+)", out.split("Options:")[-1].split("Examples:")[0])) if "Options:" in out else set()
    code, man, err = run("help", "--man", verb)
    check(f"{verb} man page", code == 0 and man.startswith(".TH") and all(o.replace("-", "\\-") in man for o in options), err)
    shown = run("help", "--completion")[1]
    check(f"{verb} completion", all("--" + o in shown for o in options))
if shutil.which("man"):
    page = subprocess.run(["man", "--warnings", "-l", "-"], input=run("help", "--man", "ingest")[1].encode(), capture_output=True)
    check("man accepts the page", page.returncode == 0 and not page.stderr, page.stderr.decode())
syntax = subprocess.run(["bash", "-n"], input=run("help", "--completion")[1].encode(), capture_output=True)
check("completion is valid bash", syntax.returncode == 0, syntax.stderr.decode())
check("version", re.fullmatch(r"beleg \d+\.\d+\.\d+\n", run("--version")[1]) is not None)
check("no verb", run()[0] == 0 and "Verbs:" in run()[1])

# Wrong command lines say what is wrong and where help stands.
for arguments, words in [(("frobnicate",), "no verb 'frobnicate'"), (("ingest", "--nope"), "no option --nope"),
                         (("ingest", "-z"), "no option -z"), (("ingest",), "nothing to ingest"),
                         (("ingest", "x"), "--store DIR"), (("evaluate", "--at"), "wants a value"),
                         (("evaluate", "-s", "x", "--at", "yesterday"), "--at wants an instant"),
                         (("evaluate", "--format", "xml"), "table, json or csv"),
                         (("package", "-o", "x"), "--month 2026-01"), (("package", "-o", "x", "--month", "13"), "2026-01"),
                         (("packs", "dance"), "expected: packs"), (("keys",), "expected: keys"),
                         (("packs", "list", "x"), "no argument"),
                         (("sample", "x", "--accounts", "many"), "--accounts wants a number")]:
    code, out, err = run(*arguments)
    check(f"refused: {' '.join(arguments)}", code == 1 and words in err and not out, f"{code} {err}")

# A small organisation.
check("keys new", run("keys", "new", key, "-q")[0] == 0)
check("sample", run("sample", tree, "--accounts", "2", "--regions", "1", "--resources", "20", "-q")[0] == 0)
first = run_json("ingest", "-s", store, tree, expect=(0,))
check("ingest prints one object and nothing else", first["items_new"] > 100)

# One writer at a time: the second is refused with the first one's pid.
holder = subprocess.Popen([BELEG, "ingest", "-s", store, "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
for _ in range(200):  # It writes its pid into the lock file just after it has the lock.
    if open(os.path.join(store, "lock")).read().strip() == str(holder.pid):
        break
    time.sleep(0.05)
code, out, err = run("ingest", "-s", store, tree, "-q")
check("a second writer is refused with the first one's pid", code == 1 and str(holder.pid) in err, f"{code} {err}")
check("a reader is not", run("evaluate", "-s", store, "-q")[0] in (2, 3))
holder.stdin.close()
holder.wait()

# Flag > environment > file.
config = os.path.join(top, "beleg.toml")
with open(config, "w") as f:
    f.write(f'store = "{store}"\nformat = "json"\n')
code, out, err = run("evaluate", "-q", env={"BELEG_CONFIG": config})
check("the file's values are taken", code in (2, 3) and out.startswith("{"), err)
code, out, err = run("evaluate", "-q", env={"BELEG_CONFIG": config, "BELEG_FORMAT": "csv"})
check("the environment wins over the file", out.startswith("rule_name,"), out[:80])
code, out, err = run("evaluate", "-q", "--format", "json", env={"BELEG_CONFIG": config, "BELEG_FORMAT": "csv"})
check("the flag wins over the environment", out.startswith("{"), out[:80])
with open(config, "a") as f:
    f.write("stroe = 1\n")
code, out, err = run("evaluate", "-q", env={"BELEG_CONFIG": config})
check("a misspelt setting is an error", code == 1 and "stroe" in err and not out, err)
check("a configuration file that is not there", run("evaluate", env={"BELEG_CONFIG": "/nowhere.toml"})[0] == 1)

# The three formats say the same.
as_json = json.loads(run("evaluate", "-s", store, "-q", "--format", "json")[1])
as_csv = list(csv.DictReader(io.StringIO(run("evaluate", "-s", store, "-q", "--format", "csv")[1], newline="")))
check("csv has the eight columns", list(as_csv[0]) == ["rule_name", "account_id", "region", "resource_type", "resource_id",
                                                       "compliance", "recorded_time", "annotation"])
check("json and csv have the same rows", [(f["rule_name"], f["resource_id"], f["compliance"]) for f in as_json["findings"]]
      == [(r["rule_name"], r["resource_id"], r["compliance"]) for r in as_csv])
for verdict in ("COMPLIANT", "NON_COMPLIANT", "INSUFFICIENT_DATA"):
    only = json.loads(run("evaluate", "-s", store, "-q", "--verdict", verdict, "--format", "json")[1])["findings"]
    check(f"--verdict {verdict}", len(only) == sum(f["compliance"] == verdict for f in as_json["findings"]))
check("totals add up", sum(as_json["totals"][v] for v in ("COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE", "INSUFFICIENT_DATA",
                                                          "ERROR")) == as_json["totals"]["resources"])
rules = list(csv.DictReader(io.StringIO(run("rules", "list", "--format", "csv")[1], newline="")))
check("rules list csv has a header", list(rules[0]) == ["identifier", "name", "sha256", "title"] and len(rules) > 10, str(rules[:1]))
packs = [json.loads(line)["name"] for line in run("packs", "list", "--format", "json")[1].splitlines()]
check("packs list in every format", packs == run("packs", "list")[1].split() == run("packs", "list", "--format", "csv")[1].split()[1:])
early = json.loads(run("evaluate", "-s", store, "-q", "--at", "2025-06-01", "--format", "json")[1])
check("before the first delivery the gap is told", any(f["reason"] == "before-first-delivery" for f in early["findings"]))
os.makedirs(os.path.join(top, "nothing"))
run("ingest", "-s", os.path.join(top, "empty-store"), os.path.join(top, "nothing"), "-q")
check("no package of nothing", run("package", "-s", os.path.join(top, "empty-store"), "--month", "2026-01", "-k", key,
                                   "-o", os.path.join(top, "p-empty"))[0] == 1 and not os.path.exists(os.path.join(top, "p-empty")))
check("no colour when not a terminal", "\033" not in run("evaluate", "-s", store)[1])

# Keys: readable by their owner only, never overwritten, loaded only when private.
check("the key is private", os.stat(key).st_mode & 0o777 == 0o600, oct(os.stat(key).st_mode))
before = open(key, "rb").read()
check("an existing key is not overwritten", run("keys", "new", key)[0] == 1 and open(key, "rb").read() == before)
os.chmod(key, 0o644)
code, out, err = run("package", "-s", store, "--month", "2026-01", "-k", key, "-o", os.path.join(top, "p0"))
check("a key that others may read is refused", code == 1 and "0600" in err.replace("600", "0600") or "others" in err, err)
os.chmod(key, 0o600)
check("no key, no package", run("package", "-s", store, "--month", "2026-01", "-k", key + "x", "-o", os.path.join(top, "p0"))[0] == 1)


def same(a, b):
    """Two folders byte by byte."""
    c = filecmp.dircmp(a, b)
    if c.left_only or c.right_only or filecmp.cmpfiles(a, b, c.common_files, shallow=False)[1:] != ([], []):
        return False
    return all(same(os.path.join(a, d), os.path.join(b, d)) for d in c.common_dirs)


# Same store, same month, same bytes: again, from another store, after sealing, and at an old position.
packages = [os.path.join(top, f"p{n}") for n in range(1, 6)]
check("package", run("package", "-s", store, "--month", "2026-01", "-k", key, "-o", packages[0], "-q")[0] == 0)
run("package", "-s", store, "--month", "2026-01", "-k", key, "-o", packages[1], "-q")
check("again: the same bytes", same(packages[0], packages[1]))
store2 = os.path.join(top, "store2")
run("ingest", "-s", store2, tree, "-q")
run("package", "-s", store2, "--month", "2026-01", "-k", key, "-o", packages[2], "-q")
check("from another store: the same bytes", same(packages[0], packages[2]))
check("seal", run("seal", "-s", store)[0] == 0)
run("package", "-s", store, "--month", "2026-01", "-k", key, "-o", packages[3], "-q")
check("after sealing: the same bytes", same(packages[0], packages[3]))
later = os.path.join(top, "later")
run("sample", later, "--accounts", "1", "--regions", "1", "--resources", "10", "--seed", "99", "-q")
more = run_json("ingest", "-s", store, later, "-q", expect=(0,))
run("package", "-s", store, "--month", "2026-01", "-k", key, "-o", packages[4], "-q", "--known-at", str(first["position"]))
check("as known at the old position: the same bytes", more["position"] > first["position"] and same(packages[0], packages[4]))
check("an existing package is not overwritten",
      run("package", "-s", store, "--month", "2026-01", "-k", key, "-o", packages[0], "-q")[0] == 1)
check("--strict judges", run("package", "-s", store2, "--month", "2026-01", "-k", key, "-o", os.path.join(top, "p9"), "-q", "--strict")[0] == 2)

# What the sealed segments hold is what was delivered, read without beleg.
if shutil.which("zstd"):
    sealed = 0
    for base, _, names in os.walk(os.path.join(store2, "versions")):
        sealed += sum(n.endswith(".zst") for n in names)
    run("seal", "-s", store2)
    lines = 0
    for base, _, names in os.walk(os.path.join(store2, "versions")):
        for name in names:
            if name.endswith(".ndjson.zst") and not name.startswith(("_", ".")):
                text = subprocess.run(["zstd", "-dc", os.path.join(base, name)], capture_output=True, check=True).stdout
                lines += sum(1 for line in text.splitlines() if json.loads(line)["resourceId"])
    check("zstd reads every version", lines == first["items_new"], f"{lines} of {first['items_new']}")

    try:
        import duckdb
        rows = duckdb.sql("SELECT count(*), count(DISTINCT type) FROM read_ndjson_objects("
                          f"'{store2}/versions/*/*.ndjson.zst', hive_partitioning=true)").fetchone()
        check("DuckDB reads every version, by type", rows[0] == first["items_new"] and rows[1] > 10, str(rows))
    except ImportError:
        skip("DuckDB reads every version", "the Python package duckdb is missing (tests/requirements.txt)")

# Packs and rules.
code, out, err = run("packs", "validate", os.path.join(ROOT, "packs/nis2-kritis.yaml"), os.path.join(ROOT, "tests/e2e/packs/eight.yaml"))
check("packs validate", code == 0 and "20 rules" in out and "8 rules" in out, err)
broken = os.path.join(top, "broken.yaml")
with open(broken, "w") as f:
    f.write("Resources:\n  A:\n    Type: AWS::Config::ConfigRule\n    Properties:\n      ConfigRuleName: a\n      Sauce: {}\n")
code, out, err = run("packs", "validate", broken)
check("a broken pack is refused with line and column", code == 1 and f"{broken}:6:7: error:" in err, err)
waiting = os.path.join(top, "waiting.yaml")
with open(waiting, "w") as f:
    f.write("Parameters:\n  Ports:\n    Type: String\nResources:\n  A:\n    Type: AWS::Config::ConfigRule\n    Properties:\n"
            "      ConfigRuleName: ports\n      Source: {Owner: AWS, SourceIdentifier: RESTRICTED_INCOMING_TRAFFIC}\n"
            "      InputParameters: {blockedPorts: !Ref Ports}\n")
check("a pack that waits for a parameter validates", run("packs", "validate", waiting)[0] == 0)
code, out, err = run("evaluate", "-s", store2, "-p", waiting)
check("but does not judge", code == 1 and "--param" in err and not out, err)
check("until it is given", run("evaluate", "-s", store2, "-p", waiting, "--param", "Ports=443", "-q")[0] in (0, 2))
check("packs show", run("packs", "show", "nis2-kritis")[1] == open(os.path.join(ROOT, "packs/nis2-kritis.yaml")).read())
code, out, err = run("rules", "list", "--format", "json")
identifiers = [json.loads(line)["identifier"] for line in out.splitlines()]
check("rules list", len(identifiers) >= 8 and "REQUIRED_TAGS" in identifiers, out)
check("rules show", "identifier: ENCRYPTED_VOLUMES" in run("rules", "show", "ENCRYPTED_VOLUMES")[1])
code, out, err = run("rules", "test")
check("every worked example holds", code == 0 and out.count("examples hold") == len(identifiers), out + err)

# Standard output that cannot be written is an error.
with open("/dev/full", "wb") as full:
    p = subprocess.run([BELEG, "evaluate", "-s", store2, "-q"], stdout=full, stderr=subprocess.PIPE)
check("a full standard output is an error", p.returncode == 1 and b"standard output" in p.stderr, p.stderr.decode())
done()
