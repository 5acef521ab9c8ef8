#!/usr/bin/env bash
# The situations of emulator-harness/stress/scenarios/linux on a real Linux: cgroup v2 and the busy loops of a shell.
#
# Run as root on a machine that does nothing else, best with one processor online (as in LendOS on v86):
#   for cpu in /sys/devices/system/cpu/cpu[1-9]*/online; do echo 0 > "$cpu"; done
#   ./situations.sh [seconds]
# Prints one line per situation with the error as Linux's selftests and `npx lendos bench linux` compute it:
# |a - b| / (a + b) in percent, the worst pair. Leaves no group and no process behind.
set -euo pipefail

SECONDS_EACH=${1:-10}
# Every loop runs on this processor, whatever others there are.
PROCESSOR=0
ROOT=/sys/fs/cgroup/lendos-situations
hogs=()

if ! [[ $SECONDS_EACH =~ ^[1-9][0-9]*$ ]]; then
  echo "situations.sh: the seconds are a whole number of at least 1, not \"$SECONDS_EACH\"" >&2
  exit 2
fi
if [[ ! -e /sys/fs/cgroup/cgroup.controllers ]]; then
  echo "situations.sh: /sys/fs/cgroup is not a cgroup v2 hierarchy" >&2
  exit 2
fi
if [[ $EUID -ne 0 ]]; then
  echo "situations.sh: only root may make groups at the top" >&2
  exit 2
fi
for tool in taskset awk; do
  command -v "$tool" > /dev/null || { echo "situations.sh: $tool is missing" >&2; exit 2; }
done

clean() {
  if [[ ${#hogs[@]} -gt 0 ]]; then
    kill -KILL "${hogs[@]}" 2> /dev/null || true
    wait "${hogs[@]}" 2> /dev/null || true
  fi
  hogs=()
  if [[ -d $ROOT ]]; then
    find "$ROOT" -depth -type d -exec rmdir {} +
  fi
}
trap clean EXIT

# group <path> [weight]: a group below ROOT whose children have the cpu controller.
group() {
  mkdir -p "$ROOT/$1"
  if [[ $# -gt 1 ]]; then echo "$2" > "$ROOT/$1/cpu.weight"; fi
}

# parent <path>: its children get the controller; it may hold no processes itself.
parent() {
  group "$1"
  echo +cpu > "$ROOT/$1/cgroup.subtree_control"
}

# hog <path>: a busy loop in the group.
hog() {
  taskset -c "$PROCESSOR" bash -c 'echo $$ > "$1/cgroup.procs"; while :; do :; done' hog "$ROOT/$1" &
  hogs+=($!)
}

# part <path> <work ms> <period ms>: works and sleeps, so that the processor is enough for all.
part() {
  taskset -c "$PROCESSOR" bash -c '
    echo $$ > "$1/cgroup.procs"
    now() { local stamp=${EPOCHREALTIME/[.,]/}; echo "$stamp"; }
    next=$(now)
    while :; do
      end=$(($(now) + $2 * 1000))
      while (($(now) < end)); do :; done
      next=$((next + $3 * 1000))
      rest=$((next - $(now)))
      if ((rest > 0)); then sleep "$(printf "0.%06d" "$rest")"; fi
    done' part "$ROOT/$1" "$2" "$3" &
  hogs+=($!)
}

# usage <path>: microseconds of the processor so far.
usage() {
  awk '$1 == "usage_usec" { print $2 }' "$ROOT/$1/cpu.stat"
}

# worst <a> <b> [<a> <b> ...]: the worst |a - b| / (a + b) in percent.
worst() {
  awk 'BEGIN { for (i = 1; i < ARGC; i += 2) { d = ARGV[i] - ARGV[i + 1]; if (d < 0) d = -d
    e = 100 * d / (ARGV[i] + ARGV[i + 1]); if (e > w) w = e } printf "%.3f", w }' "$@"
}

say() { printf '%-36s %8s %%   (Linux tolerates %s %%)\n' "$1" "$2" "$3"; }

start() { clean; mkdir -p "$ROOT"; echo +cpu > "$ROOT/cgroup.subtree_control"; parent A; }

three_weights() { group A/B 50; group A/C 100; group A/D 150; }
nested_weights() { group A/B 1000; parent A/C; echo 1000 > "$ROOT/A/C/cpu.weight"; group A/C/D 5000; group A/C/E 5000; }

echo +cpu > /sys/fs/cgroup/cgroup.subtree_control

start; three_weights
for one in B C D; do hog "A/$one"; done
sleep "$SECONDS_EACH"
b=$(usage A/B); c=$(usage A/C); d=$(usage A/D)
say "weights, over-provisioned" "$(worst $((c - b)) "$b" $((d - c)) "$b")" 35

start; three_weights
for one in B C D; do part "A/$one" 2 10; done
sleep "$SECONDS_EACH"
b=$(usage A/B); c=$(usage A/C); d=$(usage A/D)
say "weights, under-provisioned" "$(worst "$c" "$b" "$d" "$b")" 15

start; nested_weights
for one in B C/D C/E; do hog "A/$one"; done
sleep "$SECONDS_EACH"
say "nested weights, over-provisioned" "$(worst "$(usage A/B)" $(($(usage A/C/D) + $(usage A/C/E))))" 15

start; nested_weights
for one in B C/D C/E; do part "A/$one" 2 10; done
sleep "$SECONDS_EACH"
say "nested weights, under-provisioned" "$(worst $((2 * $(usage A/B))) $(($(usage A/C/D) + $(usage A/C/E))))" 15

start; group A/B
echo "1000 100000" > "$ROOT/A/B/cpu.max"
hog A/B
sleep 1
say "cpu.max" "$(worst "$(usage A/B)" 10000)" 10

start; parent A/C; group A/C/D
echo "1000 100000" > "$ROOT/A/C/cpu.max"
hog A/C/D
sleep 1
say "cpu.max, nested" "$(worst "$(usage A/C/D)" 10000)" 10

start; group A/one 100; group A/two 200; group A/four 400
hog A/one
for _ in 1 2 3 4; do hog A/two; done
for _ in 1 2 3 4 5 6 7 8; do hog A/four; done
sleep "$SECONDS_EACH"
one=$(usage A/one); two=$(usage A/two); four=$(usage A/four)
say "stress (hogs only)" "$(worst $((2 * one)) "$two" $((2 * two)) "$four")" 35
