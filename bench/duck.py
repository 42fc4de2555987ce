"""
DuckDB as the reference of the question "unencrypted volumes as of a past moment", with its best settings.

usage: duck.py FOLDER INSTANT BYTES   (the Python of build/venv; BYTES: the largest JSON object that must be read)

Each line of standard input, "WAY THREADS TIMES", is answered with one line of JSON: the median of the seconds, and the rows. The ways:
table, count, chosen, all. Three ways to the same rows: a native table with intervals, deduplicated, typed, sorted, asked warm by a prepared statement; the gzip
files that one who knows the layout would choose; all gzip files that name the type. The table's making is not timed.
"""
import glob
import json
import os
import re
import statistics
import sys
import time

import duckdb

# Only what the question needs is declared: DuckDB parses no other field. One object of a snapshot is the whole file.
COLUMNS = ("STRUCT(resourceType VARCHAR, resourceId VARCHAR, awsAccountId VARCHAR, awsRegion VARCHAR, configurationItemCaptureTime TIMESTAMP, "
           "configurationStateId BIGINT, configurationItemStatus VARCHAR, configuration STRUCT(encrypted BOOLEAN))[]")
ANSWER = "SELECT account, region, id FROM intervals WHERE type = 'AWS::EC2::Volume' AND since <= {at} AND {at} < until AND encrypted = false"
# A version holds until the next one, or until the first snapshot that lacks the resource.
INTERVALS = """
CREATE TABLE intervals AS
WITH versions AS (
    SELECT account, region, type, id, capture, state, any_value(status) AS status, any_value(encrypted) AS encrypted,
        max(delivered) FILTER (snapshot) AS last_held
    FROM items GROUP BY ALL),
snapshots AS (SELECT DISTINCT delivered AS lacks FROM items WHERE snapshot),
chains AS (
    SELECT *, lead(capture, 1, TIMESTAMP '9999-01-01') OVER (PARTITION BY account, region, type, id ORDER BY capture, state) AS next,
        greatest(capture, coalesce(last_held, capture)) AS seen
    FROM versions)
SELECT CAST(type AS types) AS type, account, region, id, capture AS since, least(next, coalesce(lacks, TIMESTAMP '9999-01-01')) AS until, encrypted
FROM chains ASOF LEFT JOIN snapshots ON seen < lacks
WHERE status <> 'ResourceDeleted'
ORDER BY type, since
"""


def source(files, limit):
    listed = ", ".join("'" + p.replace("'", "''") + "'" for p in files)
    return f"""(SELECT filename LIKE '%/ConfigSnapshot/%' AS snapshot, i.awsAccountId AS account, i.awsRegion AS region, i.resourceType AS type,
        strptime(regexp_extract(filename, '_([0-9]{{8}}T[0-9]{{6}}Z)_[^/]*$', 1), '%Y%m%dT%H%M%SZ') AS delivered,
        i.resourceId AS id, i.configurationItemCaptureTime AS capture, i.configurationStateId AS state, i.configurationItemStatus AS status,
        i.configuration.encrypted AS encrypted
    FROM (SELECT filename, unnest(configurationItems) AS i FROM read_json([{listed}], auto_detect = false, format = 'unstructured', records = true,
        filename = true, maximum_object_size = {limit}, columns = {{configurationItems: '{COLUMNS}'}})))"""


def from_files(files, limit, at):
    """The latest version of each volume at the moment, among these files."""
    return f"""SELECT account, region, id FROM (
        SELECT account, region, id, arg_max(status, (capture, state)) AS status, arg_max(encrypted, (capture, state)) AS encrypted
        FROM {source(files, limit)} WHERE type = 'AWS::EC2::Volume' AND capture <= {at} GROUP BY ALL)
    WHERE encrypted = false AND status <> 'ResourceDeleted'"""


class Duck:
    def __init__(self, folder, instant, limit):
        self.at, self.limit, self.dbs = f"TIMESTAMP '{instant.rstrip('Z').replace('T', ' ')}'", limit, {}
        files = sorted(glob.glob(os.path.join(folder, "config", "**", "*.json.gz"), recursive=True))
        stamp = {p: re.findall(r"\d{8}T\d{6}Z", p)[-1] for p in files if "/ConfigSnapshot/" in p or "/ConfigHistory/" in p}
        until = re.sub(r"[-:]", "", instant)
        self.snapshots = sorted((p for p in stamp if "/ConfigSnapshot/" in p), key=stamp.get)
        self.histories = [p for p in stamp if "/ConfigHistory/" in p]
        before = [p for p in self.snapshots if stamp[p] <= until]
        of_type = [p for p in self.histories if "_AWS::EC2::Volume_" in p]
        self.ways = {"table": f"EXECUTE question({self.at})", "count": f"EXECUTE number({self.at})",
                     "chosen": from_files([before[-1], *of_type], limit, self.at), "all": from_files([*before, *of_type], limit, self.at)}

    def db(self, threads):
        """One with the table in it, made when first asked."""
        if threads not in self.dbs:
            db = self.dbs[threads] = duckdb.connect()
            db.execute(f"SET threads = {threads}")
            db.execute(f"CREATE TABLE items AS SELECT * FROM {source(self.snapshots + self.histories, self.limit)}")
            db.execute("CREATE TYPE types AS ENUM (SELECT DISTINCT type FROM items ORDER BY type)")
            db.execute(INTERVALS)
            db.execute("DROP TABLE items")
            db.execute("PREPARE question AS " + ANSWER.format(at="$1::TIMESTAMP"))
            db.execute("PREPARE number AS SELECT count(*) FROM (" + ANSWER.format(at="$1::TIMESTAMP") + ")")
        return self.dbs[threads]

    def ask(self, way, threads, times):
        """Seconds of the median of so many, on the clock and of the processor, and the rows."""
        db, took, cpu = self.db(threads), [], []
        for _ in range(times):
            begin, begin_cpu = time.perf_counter(), time.process_time()
            rows = db.execute(self.ways[way]).fetchall()
            took.append(time.perf_counter() - begin)
            cpu.append(time.process_time() - begin_cpu)
        return {"seconds": statistics.median(took), "cpu": statistics.median(cpu), "rows": sorted(map(list, rows)), "version": duckdb.__version__,
                "intervals": db.execute("SELECT count(*) FROM intervals").fetchone()[0]}


def main():
    duck = Duck(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    for asked in sys.stdin:
        way, threads, times = asked.split()
        print(json.dumps(duck.ask(way, int(threads), int(times))), flush=True)


main()
