#!/usr/bin/env python3
"""Hostile input: a clear message each, the rest goes on, and the store opens again.

beleg-e2e: sanitized too
"""
import gzip
import json
import os
import random
import subprocess
import sys
import zlib

from common import BELEG, check, done, folder, run, run_json

SANITIZED = b"__asan_init" in open(BELEG, "rb").read()
top = folder()
count = 0


def item(n, extra=""):
    return ('{"configuration":{"encrypted":true%s},"configurationItemVersion":"1.3",'
            '"configurationItemCaptureTime":"2026-01-01T00:00:00.%03dZ","configurationStateId":%d,'
            '"awsAccountId":"111122223333","configurationItemStatus":"OK","resourceType":"AWS::EC2::Volume",'
            '"resourceId":"vol-%d","awsRegion":"eu-central-1"}' % (extra, n % 1000, n, n)).encode()


def snapshot(*items):
    return b'{"fileVersion":"1.0","configSnapshotId":"x","configurationItems":[' + b",".join(items) + b"]}"


GOOD = snapshot(item(1), item(2))
NAME = "111122223333_Config_eu-central-1_ConfigSnapshot_20260101T060000Z_6ba7b810-9dad-11d1-80b4-00c04fd430c8.json.gz"


def tree(**files):
    """A folder with one good file and the given others; its path."""
    global count
    count += 1
    path = os.path.join(top, f"tree-{count}")
    os.makedirs(path)
    with open(os.path.join(path, "a-good.json"), "wb") as f:
        f.write(GOOD)
    for name, content in files.items():
        with open(os.path.join(path, name.replace("__", ".")), "wb") as f:
            f.write(content)
    return path


def ingest(path, name, words, quarantined_files, quarantined_items, good=2):
    """The bad part is named with its reason, the good items are stored, the store opens."""
    store = path + "-store"
    code, out, err = run("ingest", "-s", store, path, "--format", "json")
    if not check(f"{name} exit code 3", code == 3, f"{code}: {err[-300:]}"):
        return None
    t = json.loads(out)
    check(f"{name} says why", words in err, err[-300:])
    check(f"{name} is counted", (t["files_quarantined"], t["items_quarantined"]) == (quarantined_files, quarantined_items),
          str({k: t[k] for k in t if k.startswith(("files", "items"))}))
    check(f"{name} keeps the good items", t["items_new"] == good, str(t["items_new"]))
    again = run_json("ingest", "-s", store, path, "-q", expect=(0, 3))
    check(f"{name} again changes nothing", again["position"] == t["position"] and again["items_new"] == 0, str(again))
    return t


packed = gzip.compress(snapshot(*[item(n) for n in range(10, 400)]), mtime=0)

t = tree()
with open(os.path.join(t, NAME), "wb") as f:
    f.write(packed[:len(packed) // 2])
code, out, err = run("ingest", "-s", t + "-store", t, "--format", "json")
r = json.loads(out)
check("truncated gzip exit code 3", code == 3, err)
check("truncated gzip gives nothing", r["items_new"] == 2 and r["files_quarantined"] == 1, str(r))
check("truncated gzip adds up", r["items_seen"] == r["items_new"] + r["items_known"] + r["items_quarantined"], str(r))
check("truncated gzip says why", "gzip" in err and ("cut" in err or "ends" in err or "truncated" in err), err)

bad_sum = bytearray(packed)
bad_sum[-6] ^= 1
t = tree()
with open(os.path.join(t, NAME), "wb") as f:
    f.write(bad_sum)
code, out, err = run("ingest", "-s", t + "-store", t, "--format", "json")
r = json.loads(out)
check("wrong checksum gives nothing", code == 3 and r["items_new"] == 2 and r["files_quarantined"] == 1, str(r))
check("wrong checksum says why", "checksum" in err, err)

ingest(tree(b__json=snapshot(item(10), b'{"a":"\xff\xfe"}', item(11))), "invalid UTF-8", "UTF-8", 0, 1, good=4)
ingest(tree(b__json=snapshot(item(10), item(12, ',"k":1,"k":2'), item(11))), "duplicate keys", '"k" appears twice', 0, 1, good=4)
ingest(tree(b__json=snapshot(item(10), item(12, ',"n":"a\x00b"'), item(11))), "NUL byte", "a NUL byte", 0, 1, good=4)
ingest(tree(b__json=snapshot(item(10), item(12, ',"d":' + "[" * 10000 + "]" * 10000), item(11))), "10,000 deep", "deep", 0, 1, good=4)
ingest(tree(b__json=snapshot(item(10), b'{"resourceType":"AWS::EC2::Volume"}', item(11))), "item without id", "has no", 0, 1, good=4)
ingest(tree(b__json=b'{"configurationItems":[' + item(10) + b"," + item(11) + b',{"cut'), "broken JSON", "byte", 1, 0, good=4)

# Something that leaves the tree, and something that cannot be read.
t = tree()
with open(os.path.join(top, "outside.json"), "wb") as f:
    f.write(snapshot(item(77)))
os.symlink(os.path.join(top, "outside.json"), os.path.join(t, "link.json"))
ingest(t, "symbolic link out of the tree", "link", 1, 0)
t = tree()
os.symlink(".", os.path.join(t, "loop"))
code, out, err = run("ingest", "-s", t + "-store", t, "--format", "json")
check("a loop of links ends", code in (0, 3) and json.loads(out)["items_new"] == 2, err)
t = tree(secret__json=snapshot(item(78)))
os.chmod(os.path.join(t, "secret.json"), 0)
if os.geteuid() != 0:
    ingest(t, "unreadable file", "ermission", 1, 0)
else:  # root reads everything: run as somebody else.
    os.chmod(top, 0o755)
    for base, folders, names in os.walk(t):
        os.chmod(base, 0o777)
    os.makedirs(t + "-store")
    os.chmod(t + "-store", 0o777)
    p = subprocess.run([BELEG, "ingest", "-s", t + "-store/s", t, "--format", "json"], capture_output=True,
                       user=65534, group=65534, extra_groups=[], cwd="/", env={"HOME": "/"})
    try:
        r = json.loads(p.stdout)
        check("unreadable file is quarantined", p.returncode == 3 and r["files_quarantined"] == 1 and r["items_new"] == 2,
              p.stderr.decode())
        check("unreadable file says why", b"ermission" in p.stderr, p.stderr.decode())
    except ValueError:
        check("unreadable file is quarantined", False, p.stderr.decode()[-300:])

# A bomb: small, but without end when unpacked.
packer = zlib.compressobj(wbits=31)  # In pieces: what this script holds would count as beleg's memory.
bomb = packer.compress(b'{"configurationItems":[') + b"".join(packer.compress(b" " * (1 << 20)) for _ in range(300)) + packer.flush()
t = tree()
with open(os.path.join(t, "bomb.json.gz"), "wb") as f:
    f.write(bomb)
ingest(t, "gzip bomb", "bomb", 1, 0)

# One item of 1 GB, through a pipe, in bounded memory.
size = (64 << 20) + 1 if SANITIZED else 1 << 30
store = os.path.join(top, "large-store")
command = [BELEG, "ingest", "-s", store, "-", "--format", "json"]
p = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
p.stdin.write(b'{"fileVersion":"1.0","configurationItems":[' + item(1) + b',{"configuration":{"x":"')
for _ in range(size >> 20):
    p.stdin.write(b"y" * (1 << 20))
p.stdin.write(b"y" * 4096 + b'"}},' + item(2) + b"]}")
p.stdin.close()
out, err = p.stdout.read(), p.stderr.read().decode()
_, status, use = os.wait4(p.pid, 0)
r = json.loads(out)
check("1 GB item exit code 3", os.waitstatus_to_exitcode(status) == 3, err)
check("1 GB item is named", "item 1" in err and "larger" in err, err)
check("1 GB item: the others are kept", r["items_new"] == 2 and r["items_quarantined"] == 1, str(r))
check("1 GB item in under 300 MB", SANITIZED or use.ru_maxrss < 300_000, f"{use.ru_maxrss} kB")

# A full disk: everything acknowledged stays, the store opens again.
if sys.platform == "linux" and os.geteuid() == 0:
    mount = os.path.join(top, "small-disk")
    os.makedirs(mount)
    m = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount], capture_output=True)
    if m.returncode == 0:
        try:
            source = os.path.join(top, "full")
            os.makedirs(source)
            noise = random.Random(1)
            for k in range(8):
                with open(os.path.join(source, f"f{k}.json"), "wb") as f:
                    f.write(snapshot(*[item(k * 1000 + n, ',"p":"%s"' % noise.randbytes(450).hex()) for n in range(300)]))
            code, out, err = run("ingest", "-s", mount + "/s", source)
            check("full disk exit code 1", code == 1, f"{code} {err}")
            check("full disk says so", "No space left" in err, err)
            subprocess.run(["mount", "-o", "remount,size=64m", mount], check=True)
            more = run_json("ingest", "-s", mount + "/s", source, "-q", expect=(0,))
            check("full disk: it goes on where it stopped", more["items_new"] + more["items_known"] + 300 * more["files_known"] == 2400, str(more))
            last = run_json("ingest", "-s", mount + "/s", source, "-q", expect=(0,))
            check("full disk: nothing is lost", last["files_known"] == 8, str(last))
        finally:
            subprocess.run(["umount", mount])
    else:
        check("full disk through /dev/full", run("ingest", "-s", "/dev/full/x", top)[0] == 1)

# Names that would move the cursor or fake a line; what is neither file nor folder.
t = tree()
for name in (b"red\x1b[31m.txt", b"two\nlines.txt", b"no\xffutf8.txt", "c1\u009b31m.txt".encode()):
    with open(os.path.join(os.fsencode(t), name), "wb") as f:
        f.write(b"x")
os.mkfifo(os.path.join(t, "pipe"))
code, out, err = run("ingest", "-s", t + "-store", t, "--format", "json", timeout=60)
r = json.loads(out)
check("no name moves the cursor", all(" " <= c < "\x7f" or c == "\n" for c in err) and len(err.splitlines()) == 5, repr(err))
check("odd names are shown", all(w in err for w in ("red\\x1b[31m.txt", "two\\x0alines.txt", "no\\xffutf8.txt", "c1\\xc2\\x9b31m.txt")), repr(err))
check("odd names are listed", len(r["skipped"]) == 4 and "two\nlines.txt" in [s["key"] for s in r["skipped"]], str(r["skipped"]))
check("a pipe in the tree is named, not waited for", code == 3 and r["files_quarantined"] == 1
      and [(q["key"], q["item_index"]) for q in r["quarantined"]] == [("pipe", None)], str(r["quarantined"]))
check("every file counts once", r["files_seen"] == 6 == r["files_read"] + r["files_skipped"] + r["files_quarantined"], str(r))

# Closed standard files: the next file that is opened must not get their numbers.
for which, words in (("1", b"standard output"), ("2", b""), ("0 1 2", b"")):
    t = tree(**{f"junk{n}__txt": b"x" for n in range(200)})
    closed = " ".join(f"{n}>&-" if n != "0" else "0<&-" for n in which.split())
    p = subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", BELEG, "ingest", "-s", t + "-store", t, "--format", "json"],
                       stdin=subprocess.DEVNULL, capture_output=True)
    check(f"closed {which}: exit code", p.returncode == (1 if "1" in which else 0) and words in p.stderr, f"{p.returncode} {p.stderr}")
    stored = b"".join(open(os.path.join(base, n), "rb").read() for base, _, names in os.walk(t + "-store") for n in names)
    check(f"closed {which}: nothing printed into the store", b"files_seen" not in stored and b"skipped" not in stored)
    again = run_json("ingest", "-s", t + "-store", t, "-q", expect=(0,))
    check(f"closed {which}: the store is whole", again["files_known"] == 1 and again["position"] == 1, str(again))

# The store in the tree that is read does not read itself.
t = tree()
with open(os.path.join(t, "report.csv"), "wb") as f:
    f.write(b"user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
            b"mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,"
            b"access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
            b"access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,"
            b"cert_2_last_rotated\n")
for n in range(3):
    r = run_json("ingest", "-s", os.path.join(t, "store"), t, "-q", expect=(0,))
    check(f"the store in its own source, run {n}", (r["files_seen"], r["position"]) == (3, 2), str(r))
    run("seal", "-s", os.path.join(t, "store"))

# A source that is not there is told before anything is made.
t = tree()
code, out, err = run("ingest", "-s", t + "-store", t, os.path.join(top, "nowhere"))
check("a missing source beside a good one", code == 1 and "nowhere" in err and not os.path.exists(t + "-store"), err)

# Not a store, not a folder, not there.
code, out, err = run("ingest", "-s", os.path.join(top, "s9"), os.path.join(top, "nowhere"))
check("a source that does not exist", code == 1 and "nowhere" in err, err)
code, out, err = run("evaluate", "-s", top)
check("a folder that is no store", code == 1 and top in err, err)
done()
