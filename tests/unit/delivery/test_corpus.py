#!/usr/bin/env python3
"""Every file of the corpus with real AWS output, against what its manifest says.

usage: test_corpus.py DUMP_DELIVERY SOURCE_ROOT

The corpus is third-party data beside the source tree (or in BELEG_REFERENCE); without it the
test is skipped, with CI=true it fails.
"""
import csv
import os
import subprocess
import sys

# Where the number of items differs from the manifest, and why ours is right.
DIFFERENCES = {
    # In the PascalCase of the Go SDK; the manifest counts camelCase only.
    "GSA+grace-config-differ/handler/testdata/test2_items.json": 1,
    # The item has no member "configuration", which the manifest looks for.
    "awslabs+aws-iam-access-analyzer-policy-validation-config-rule/function/sample-events/"
    "delete-sqs-queue.json": 1,
    # No valid JSON as shipped: one has lost its last bracket behind a whole item, the other has
    # line breaks within a string.  Told, not lost.
    "awslabs+aws-config-rdk/rdk/template/example_ci/AWS_EC2_NetworkInterface.json": 1,
    "awslabs+aws-config-rdk/rdk/template/example_ci/AWS_SSM_ManagedInstanceInventory_Linux.json": 1,
}
# Items that are refused, and the beginning of the reason: edited by those who published them.
REFUSED = {
    "awsConfigRuleConfigurationChanged.json": "the item's awsAccountId",
    "5-S3-Bucket-Policy-Read-Access/compliant-test-event.json": "the item's awsAccountId",
    "5-S3-Bucket-Policy-Read-Access/noncompliant-test-event.json": "the item's awsAccountId",
    "AWS_ACM_Certificate.json": "the item's accountId",
    "AWS_CLOUDFRONT_DISTRIBUTION.json": "the item's awsAccountId",
    "AWS_CloudFormation_Stack.json": "the item's resourceCreationTime \"datetime.datetime(",
    "AWS_NetworkFirewall_RuleGroup.json": "the item's configurationStateId \"test\"",
    "AWS_SSM_ManagedInstanceInventory_Linux.json": "control byte 0x0a inside a string",
    "AWS_EC2_NetworkInterface.json": "the JSON text ends within a value",
    "discovery-tests.extracted-cis.json": "the item's accountId \"XXXXXXXXXXXX\"",
    "test_ebs_health_events_filter/config.GetResourceConfigHistory_1.json":
        "the item has no awsAccountId",
}


def read(dump, path, key):
    run = subprocess.run([dump, "-k", key, path], capture_output=True, check=False)
    assert run.returncode == 0, (key, run.stderr)
    lines = [line.split("\t") for line in run.stdout.decode().splitlines()]
    (head,) = [line for line in lines if line[0] == "FILE"]
    return head, lines


def refusal(key):
    for end, reason in REFUSED.items():
        if key.endswith(end):
            return reason
    return None


def check(dump, corpus, row, problems):
    key, grade, want = row["file"], row["grade"], int(row["n_cis"])
    head, lines = read(dump, os.path.join(corpus, key), key)
    given = int(head[5])
    bad = [line for line in lines if line[0] in ("BAD", "QUAR")]
    items = [line for line in lines if line[0] == "ITEM"]
    if grade in ("A", "B"):
        if given != DIFFERENCES.get(key, want):
            problems.append(f"{key}: {given} items, {want} in the manifest")
        reason = refusal(key)
        for line in bad:
            text = line[-1]
            if reason is None or not text.startswith(reason):
                problems.append(f"{key}: refused: {text}")
        if reason is not None and not bad:
            problems.append(f"{key}: nothing refused, expected: {reason}")
        if len(items) < given and not bad:
            problems.append(f"{key}: items vanished")
        if given == 0 and head[2] not in ("none", "notification"):
            problems.append(f"{key}: no item, yet {head[2]}")
    if head[2] == "none" and head[9] == "-":
        problems.append(f"{key}: skipped without a reason")
    if grade in ("D", "C-INVALID") and want == 0 and not bad:
        problems.append(f"{key}: damaged, but nobody said so")
    return given, items


def main():
    dump, source = sys.argv[1:3]
    reference = os.environ.get("BELEG_REFERENCE") or os.path.join(source, "../shared/reference")
    corpus = os.path.join(reference, "corpus")
    manifest = os.path.join(corpus, "MANIFEST.tsv")
    if not os.path.exists(manifest):
        print("no corpus at", corpus)
        return 1 if os.environ.get("CI") == "true" else 77
    problems, n_files, n_items = [], 0, 0
    with open(manifest, encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE):
            given, items = check(dump, corpus, row, problems)
            n_files += 1
            n_items += given
            if row["file"].endswith("/test2_snapshot.json"):
                verdicts = [i for i in items if i[5] == "AWS::Config::ResourceCompliance"]
                if (given, len(items), len(verdicts)) != (178, 178, 100):
                    problems.append(f"snapshot: {given}, {len(items)}, {len(verdicts)}")
    print(f"{n_files} files, {n_items} items")
    for p in problems:
        print(p)
    return 1 if problems or n_files < 250 or n_items < 390 else 0


if __name__ == "__main__":
    sys.exit(main())
