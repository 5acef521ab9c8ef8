#!/bin/bash
#SBATCH --job-name=lendos-sweep
#SBATCH --array=1-64
#SBATCH --cpus-per-task=1
#SBATCH --mem=1G
#SBATCH --time=01:00:00
#SBATCH --requeue
#SBATCH --output=sweep-%A-%a.log
# A sweep as a Slurm array: a task of the array is a shard, and a task that was requeued goes on where it was.
#
#   RESULTS=/shared/results SEEDS=1..100000 SCENARIO="adversary/*.json" sbatch --export=ALL sweep/slurm.sh
#   npx lendos stress merge /shared/results                                        when all have ended
set -eu
: "${RESULTS:?the folder for the results, seen by all nodes}"
: "${SEEDS:?first..last}"
: "${SCENARIO:?a scenario or a pattern of shipped ones}"
: "${SLURM_ARRAY_TASK_ID:?run this with sbatch}"
cd "${LENDOS:-$SLURM_SUBMIT_DIR}"
code=0
srun node emulator-harness/lendos.mjs stress "$SCENARIO" --on "${ON:-model}" --seeds "$SEEDS" \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --out "$RESULTS" || code=$?
# 1: an expectation failed, which the merged table tells. Anything else is the task's own failure.
[ "$code" -le 1 ]
