#!/bin/sh
# run_truth.sh GENERATE PYTHON READER ACCOUNTS REGIONS DAYS RESOURCES SEED: generates
# into a new folder, lets the reader compare it with truth.json, and removes it.
set -eu
generate=$1 python=$2 reader=$3
shift 3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$generate" "$folder/sample" "$@"
"$python" "$reader" "$folder/sample"
