// The recipes as far as they can be checked without a cluster; GNU parallel is really run, with two local workers.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ROOT, rootPath } from "../../paths.ts";

const HERE = rootPath("emulator-harness", "stress", "sweep");
const SWEEP = ["adversary/wash-debt.json", "--on", "model", "--duration", "1"];
const place = mkdtempSync(join(tmpdir(), "lendos-recipes-"));
test.after(() => rmSync(place, { recursive: true }));

function run(program: string, words: string[], environment: Record<string, string> = {}) {
  const options = { cwd: ROOT, encoding: "utf8", env: { ...process.env, ...environment } } as const;
  const { status, stdout, stderr, error } = spawnSync(program, words, options);
  return { status, output: `${stdout}${stderr}`, stdout, absent: error !== undefined };
}

const lendos = (...words: string[]) =>
  run("node", ["emulator-harness/lendos.mjs", "stress", ...words]);

/** What one shard with the seeds 1 to 6 writes. */
function single(): string {
  const folder = join(place, "single");
  const { status, output } = lendos(...SWEEP, "--seeds", "1..6", "--out", folder);
  assert.is(status, 0, output);
  return readFileSync(join(folder, "shard-1-of-1.jsonl"), "utf8");
}

/** The merged file of a folder of shards. */
function merged(folder: string): string {
  const file = join(place, "merged.jsonl");
  const { status, output } = lendos("merge", folder, "--out", file);
  assert.is(status, 0, output);
  return readFileSync(file, "utf8");
}

test("the scripts are shell, and say what they need", () => {
  for (const script of ["parallel.sh", "slurm.sh"]) {
    const { status, output } = run("bash", ["-n", join(HERE, script)]);
    assert.is(status, 0, output);
  }
  const bare = run("sh", [join(HERE, "parallel.sh")]);
  assert.is(bare.status, 2);
  assert.match(bare.output, /usage: parallel\.sh/);
  assert.match(run("bash", [join(HERE, "slurm.sh")]).output, /RESULTS: the folder for the results/);
});

test("GNU parallel with two local workers merges to what a single run is", () => {
  if (run("parallel", ["--version"]).absent) {
    console.log(
      "  # GNU parallel is not installed (apt-get install parallel): parallel.sh was not run",
    );
    return;
  }
  const folder = join(place, "parallel");
  const words = [join(HERE, "parallel.sh"), folder, "1..6", "3", ...SWEEP];
  const { status, output } = run("sh", words, { JOBS: "2" });
  assert.is(status, 0, output);
  assert.match(output, /6 runs on model, seeds 1\.\.6: 0 failed/);
  assert.is(merged(folder), single());
});

test("the Slurm array's tasks are shards", () => {
  const folder = join(place, "slurm");
  const tools = join(place, "tools");
  mkdirSync(tools);
  writeFileSync(join(tools, "srun"), '#!/bin/sh\nexec "$@" --duration 1\n');
  chmodSync(join(tools, "srun"), 0o755);
  for (const task of ["1", "2"]) {
    const { status, output } = run("bash", [join(HERE, "slurm.sh")], {
      ...{ RESULTS: folder, SEEDS: "1..6", SCENARIO: SWEEP[0], LENDOS: ROOT },
      ...{ SLURM_ARRAY_TASK_ID: task, SLURM_ARRAY_TASK_COUNT: "2" },
      PATH: `${tools}:${process.env.PATH}`,
    });
    assert.is(status, 0, output);
  }
  assert.is(merged(folder), single());
});

interface Job {
  apiVersion: string;
  kind: string;
  spec: {
    completionMode: string;
    completions: number;
    parallelism: number;
    backoffLimitPerIndex: number;
    template: {
      spec: { restartPolicy: string; containers: Container[]; volumes: { name: string }[] };
    };
  };
}
interface Container {
  command: string[];
  args: string[];
  env: { name: string; value: string }[];
  volumeMounts: { name: string; mountPath: string }[];
}

test("the Kubernetes job is an Indexed Job whose command runs shards", () => {
  const script = "import json,sys,yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))";
  const read = run("python3", ["-c", script, join(HERE, "kubernetes.yaml")]);
  if (read.absent || /No module named/.test(read.output)) {
    console.log("  # python3 with yaml is not installed: kubernetes.yaml was not parsed");
    return;
  }
  assert.is(read.status, 0, read.output);
  const { apiVersion, kind, spec } = JSON.parse(read.stdout) as Job;
  assert.equal([apiVersion, kind, spec.completionMode], ["batch/v1", "Job", "Indexed"]);
  assert.ok(spec.parallelism <= spec.completions && spec.backoffLimitPerIndex > 0);
  const { restartPolicy, containers, volumes } = spec.template.spec;
  // backoffLimitPerIndex is refused with any other policy.
  assert.is(restartPolicy, "Never");
  const [{ command, args, env, volumeMounts }] = containers;
  const values = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  assert.is(values.SHARDS, String(spec.completions));
  assert.equal([volumeMounts[0].name, volumeMounts[0].mountPath], [volumes[0].name, "/results"]);
  const folder = join(place, "kubernetes");
  const line = args[0].replace("/results", folder).replace("--on model", "--on model --duration 1");
  for (const index of ["0", "1"]) {
    const { status, output } = run(command[0], [command[1], line], {
      ...{ ...values, SEEDS: "1..6", SHARDS: "2", SCENARIO: SWEEP[0] },
      JOB_COMPLETION_INDEX: index,
    });
    assert.is(status, 0, output);
  }
  assert.is(merged(folder), single());
});

test.run();
