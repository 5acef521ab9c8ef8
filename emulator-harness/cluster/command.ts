// npx lendos cluster: boots several machines on one virtual switch and prints who did what when.
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { buildImage } from "../build/pipeline.ts";
import { silence } from "../build/progress.ts";
import { type Command, type CommandContext, MACHINE_OPTIONS, UsageError } from "../command.ts";
import { ScenarioError } from "../stress/file/json.ts";
import { type FaultScript, NO_FAULTS, readFaults } from "../switch/faults.ts";
import { PcapWriter } from "../switch/pcap.ts";
import { heartbeatArchive } from "./archive.ts";
import { Cluster, type ClusterOptions } from "./cluster.ts";
import { NODES_MAX, nodeNames } from "./names.ts";
import { closeOutside, openOutside, OUTSIDE_OPTIONS } from "./outside.ts";
import { runPaced } from "./paced.ts";
import { eventLine, reportOf, snapshotOf, tableOf } from "./snapshot.ts";

const NODES = 3;
const DURATION_S = 10;
const MEMORY_MIB = 32;
const NUMBER_MAX = 254;

export const command: Command = {
  summary:
    "Boots machines on one virtual switch, lets a fault script loose, says who did what when.",
  usage: "[--nodes 3] [--faults script.json] [--duration 10]",
  options: {
    nodes: { type: "string", help: `<number> machines, n1.. at 10.0.0.1.. (${NODES})` },
    first: { type: "string", help: "<number> of the first machine, where switches are joined (1)" },
    image: { type: "string", help: "<file> boot this multiboot ELF instead of the built one" },
    faults: { type: "string", help: "<file> what goes wrong when; see switch/README.md" },
    key: { type: "string", help: "<hex> 32, 48 or 64 digits that encrypt what the heartbeats say" },
    fence: { type: "boolean", help: "a new owner has its predecessor destroyed before it acts" },
    duration: {
      type: "string",
      help: "<seconds> of the cluster's time (10, or until after the last fault)",
    },
    join: {
      type: "string",
      multiple: true,
      help: "<address> of a node that the heartbeats announce themselves to; may be repeated (the first three)",
    },
    command: { type: "string", short: "c", help: "<line> typed at every node's first prompt" },
    pcap: { type: "string", help: "<file> write what was on the wire, for Wireshark" },
    trace: { type: "string", help: "<file> write what happened, a line each" },
    wire: { type: "boolean", help: "print every frame as well" },
    ...OUTSIDE_OPTIONS,
    seed: MACHINE_OPTIONS.seed,
    memory: { type: "string", help: `<MiB> memory of each machine (${MEMORY_MIB})` },
  },
  run,
};

async function run(context: CommandContext): Promise<number> {
  if (context.positionals.length > 0)
    throw new UsageError(`unexpected "${context.positionals[0]}"`);
  if (context.json) silence();
  const nodes = context.integer("nodes", NODES);
  if (nodes < 1 || nodes > NODES_MAX) throw new UsageError(`--nodes is 1 to ${NODES_MAX}`);
  const first = context.integer("first", 1);
  if (first < 1 || first + nodes > NUMBER_MAX + 1) {
    throw new UsageError(`nodes are numbered 1 to ${NUMBER_MAX}: the last byte of their addresses`);
  }
  const script = scriptOf(context.text("faults"), first, nodes);
  const durationNs = context.integer("duration", durationOf(script)) * 1e9;
  const [join, ownImage] = [context.texts("join"), context.text("image") !== undefined];
  if (ownImage && join.length > 0) {
    throw new UsageError("--join is for the built image: one given with --image has no heartbeat");
  }
  const outside = await openOutside(context);
  const printer = printerOf(context);
  const cluster = new Cluster({
    ...{ nodes, first, script, outside },
    image: await imageOf(context.text("image")),
    memoryBytes: context.integer("memory", MEMORY_MIB) * 2 ** 20,
    seed: context.integer("seed", 1),
    command: context.text("command") ?? null,
    heartbeat: ownImage ? null : await heartbeatArchive(),
    ...(join.length > 0 ? { join } : {}),
    ...keyOf(context.text("key"), context.flag("fence")),
    ...printer.watch,
  });
  printer.begin(cluster);
  try {
    if (outside.length === 0) await cluster.runUntil(durationNs);
    else await runPaced(cluster, durationNs);
  } finally {
    closeOutside(outside);
  }
  cluster.wire.verify();
  printer.end(cluster);
  return 0;
}

function keyOf(key: string | undefined, fence: boolean): { key?: string; fence?: boolean } {
  if (key === undefined) return { fence };
  if (fence) throw new UsageError("--fence and --key exclude each other: the agent has no key");
  if (/^([0-9a-f]{32}|[0-9a-f]{48}|[0-9a-f]{64})$/i.test(key)) return { key };
  throw new UsageError("--key is 32, 48 or 64 hex digits");
}

/** Long enough to see what the last fault does. */
function durationOf(script: FaultScript): number {
  const last = script.faults.at(-1)?.atNs ?? 0;
  return Math.max(DURATION_S, Math.ceil(last / 1e9) + 1);
}

function scriptOf(path: string | undefined, first: number, nodes: number): FaultScript {
  if (path === undefined) return NO_FAULTS;
  const text = new TextDecoder().decode(readFile(path));
  try {
    return readFaults(basename(path), text, nodeNames(nodes, first));
  } catch (error) {
    if (error instanceof ScenarioError) throw new UsageError(error.message);
    throw error;
  }
}

async function imageOf(path: string | undefined): Promise<Uint8Array> {
  return path === undefined ? buildImage() : readFile(path);
}

function readFile(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    throw new UsageError(`cannot read ${path}`);
  }
}

/** Prints events as they come; writes the files at the end. */
function printerOf(context: CommandContext) {
  const [pcapFile, traceFile] = [context.text("pcap"), context.text("trace")];
  let pcap: PcapWriter | null = null;
  const print = (atNs: number, node: string, text: string, kind: string) => {
    const at = Math.round(atNs);
    if (context.json) console.log(JSON.stringify({ atNs: at, node, [kind]: text }));
    else console.log(eventLine(at, node, text));
  };
  const watch: Pick<ClusterOptions, "onLine" | "onNote" | "onWire"> = {
    onLine: (atNs, node, text) => print(atNs, node, context.json ? text : `| ${text}`, "line"),
    onNote: (atNs, node, text) => print(atNs, node ?? "wire", text, "note"),
    onWire: (event) => {
      pcap?.wire(event);
      if (context.flag("wire")) print(event.atNs, "wire", lastLine(), "wire");
    },
  };
  let lastLine = () => "";
  const begin = (cluster: Cluster) => {
    if (pcapFile !== undefined) pcap = new PcapWriter(cluster.portNames);
    lastLine = () => cluster.trace.lines.at(-1)!.replace(/^\d+ /, "");
  };
  const end = (cluster: Cluster) => {
    if (pcapFile !== undefined) writeFileSync(pcapFile, pcap!.bytes());
    if (traceFile !== undefined) writeFileSync(traceFile, cluster.trace.text);
    const [trace, snapshot] = [cluster.trace.hash, snapshotOf(cluster)];
    if (context.json) {
      const { counters } = cluster.wire;
      const nodes = cluster.nodes.map(reportOf);
      console.log(JSON.stringify({ nodes, wire: counters, trace, snapshot }));
    } else console.log(`\n${tableOf(cluster)}\ntrace ${trace}, snapshot ${snapshot.slice(0, 32)}`);
  };
  return { watch, begin, end };
}
