#!/bin/sh
# A sweep over machines with GNU parallel and ssh, or over the cores of this one.
#
#   sweep/parallel.sh results 1..1000 8 "adversary/*.json" --on model            eight shards, as many at a time as cores
#   LOGINS=node1,node2 sweep/parallel.sh results 1..1000 8 lending.json          the same over ssh; LendOS is at ROOT there
#
# A shard that fails or whose machine is gone is tried again, and goes on where it was. The folder has to be one that
# all machines see; otherwise let parallel bring the files back (--return, see the README).
set -eu
if [ $# -lt 4 ]; then
  echo "usage: parallel.sh <results folder> <first..last> <shards> <scenario>... [options of lendos stress]" >&2
  exit 2
fi
results=$1 seeds=$2 shards=$3
shift 3
root=${ROOT:-$(cd "$(dirname "$0")/../../.." && pwd)}
mkdir -p "$results"
results=$(cd "$results" && pwd)

# Exit code 1 is an expectation that failed: a result, not a reason to run the shard again.
quoted=$(for word; do printf " '%s'" "$(printf %s "$word" | sed "s/'/'\\\\''/g")"; done)
job="cd '$root' && { node emulator-harness/lendos.mjs stress$quoted --seeds $seeds --shard {}/$shards --out '$results' || [ \$? -eq 1 ]; }"
seq "$shards" | parallel --will-cite --line-buffer --tag --retries 3 --halt soon,fail=1 \
  ${JOBS:+--jobs "$JOBS"} ${LOGINS:+--sshlogin "$LOGINS"} "$job"
cd "$root"
exec node emulator-harness/lendos.mjs stress merge "$results"
