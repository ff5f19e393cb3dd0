#!/bin/sh
# A month in shards on this machine, by GNU parallel, and their merge. A shard that is there already is not computed again,
# so the script may be started again after whatever went wrong.
#
# usage: parallel.sh DB MONTH AS_OF SHARDS RESULTS [OPTION OF MERGE...]
#   parallel.sh acme.db 2025-11 2025-12-02T00:00:00Z 8 /var/tmp/2025-11 --accept-held
# MONTHEND: the program (default: monthend). JOBS: shards at a time (default: as many as there are processors).
set -eu
db=$1 month=$2 as_of=$3 shards=$4 results=$5
shift 5
mkdir -p "$results"
seq "$shards" | parallel --jobs "${JOBS:-100%}" --halt now,fail=1 --quote \
    "${MONTHEND:-monthend}" close "$db" --month "$month" --as-of "$as_of" --shard "{}/$shards" --result "$results/{}.result" \
    --threads 1 --quiet
for shard in $(seq "$shards"); do
    set -- "$@" "$results/$shard.result"
done
exec "${MONTHEND:-monthend}" merge "$db" "$@"
