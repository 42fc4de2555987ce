"""How large the sealed store is against what it holds, and how quickly it is checked."""
import os
import shutil
import subprocess

from measure import BELEG, bytes_below, files_below, has_verb, on, pairs, report, timed


def measure(store, runs, delivered=None):
    segments = [p for p in files_below(os.path.join(store, "versions")) if p.endswith(".ndjson.zst")]
    # A list on standard input: a large store has more segments than a command line holds.
    p = subprocess.run(["sh", "-c", "xargs -0 zstd -dcq | wc -lc"], input="\0".join(segments).encode(), capture_output=True, check=True)
    items, plain = map(int, p.stdout.split())
    # Evidence files (credential reports ...) are kept as they came, and are no items: told, and on neither side.
    evidence = bytes_below(os.path.join(store, "evidence"))
    total, sealed = bytes_below(store) - evidence, sum(map(os.path.getsize, segments))
    tail = bytes_below(os.path.join(store, "tail"))
    if tail > 4096:
        report("size", "the store is not sealed", note=f"{tail:,} bytes wait in its tail; what follows is not the measure")
    report("size", "sealed store / its distinct items as JSON", total / plain,
           f"{total / 1e6:,.1f} MB for {items:,} items of {plain / 1e6:,.1f} MB: 1/{plain / total:.1f}; segments {sealed / 1e6:,.1f} MB, evidence files {evidence / 1e6:,.1f} MB beside it, "
           f"wanted 1/10 or less: {'yes' if total * 10 <= plain else 'NO'}", store_bytes=total, json_bytes=plain, segment_bytes=sealed, items=items)
    if delivered:
        report("size", "sealed store / JSON delivered", total / delivered, f"1/{delivered / total:,.0f}")
    if has_verb("fsck"):
        everything = files_below(store)
        pairs("size", "fsck / sha256sum of all files of the store", on(1, ["sh", "-c", 'exec sha256sum "$@"', "sh", *everything]),
              on(1, [BELEG, "fsck", "-q", "-s", store]), runs, note=lambda s: f"{total / s / 1e6:,.0f} MB/s of the store's files")
    else:
        report("size", "fsck / sha256sum of all files of the store", note="not measured: beleg has no verb fsck")


def run(top, week, runs):
    store = os.path.join(top, "store-size")
    shutil.rmtree(store, ignore_errors=True)
    timed([BELEG, "ingest", "-q", "-s", store, week.tree])
    timed([BELEG, "seal", "-q", "-s", store])
    print(week.describe(), flush=True)
    measure(store, runs, week.plain)
    shutil.rmtree(store)
