// Who may import whom: the kernel's layers, userland's walls, and what the harness may know.
import { importsOf, type Source } from "./sources.ts";

/** A layer imports itself and the layers it names, directly or through them. */
const LAYERS: Record<string, string[]> = {
  "kernel/abi": [],
  "kernel/ledger": ["kernel/abi"],
  "kernel/machine": ["kernel/abi"],
  "kernel/trace": ["kernel/machine"],
  "kernel/counters": ["kernel/abi"],
  "kernel/sched": ["kernel/ledger"],
  "kernel/memory": ["kernel/sched", "kernel/machine/memory-map"],
  "kernel/capability": ["kernel/memory", "kernel/machine", "kernel/trace", "kernel/counters"],
  "kernel/object": ["kernel/capability"],
  "kernel/message": ["kernel/object"],
  "kernel/end": ["kernel/message"],
  "kernel/invoke": ["kernel/end", "kernel/panic", "kernel/verify"],
  "kernel/verify": ["kernel/object", "kernel/verify-capabilities", "kernel/verify-waits"],
  "kernel/verify-capabilities": ["kernel/object"],
  "kernel/verify-waits": ["kernel/object"],
  "kernel/panic": ["kernel/object"],
  "kernel/trap": ["kernel/invoke", "kernel/panic"],
  "kernel/crash": ["kernel/panic"],
  "kernel/main": ["kernel/trap", "kernel/crash"],
  boot: ["kernel/abi", "kernel/machine/memory-map"],
  "userland/lib": [
    "kernel/abi",
    "userland/console/protocol",
    "userland/network/protocol",
    "userland/pci/protocol",
    "userland/security-manager/protocol",
  ],
  "userland/codegen": ["kernel/abi"],
};

/** Programs other than the listed ones import the library and the numbers. */
const PROGRAM = ["userland/lib", "kernel/abi"];
/** These carry the generator. */
const WITH_CODEGEN = ["userland/loader", "userland/wast", "userland/generate"];
/** The harness may read what describes the system, and must not link the system itself. */
const HARNESS = [
  "boot",
  "kernel/abi",
  "kernel/machine/memory-map",
  "kernel/message/checked-words",
  "userland/stress",
  "userland/attacker/kit",
  "userland/attacker/line",
  "userland/contract/kit",
  "userland/contract/line",
  "userland/wast/format",
  "userland/codegen",
  "userland/console/protocol",
  "userland/network/protocol",
  "userland/security-manager/protocol",
  "userland/heartbeat/abi",
  "userland/heartbeat/owner/abi",
];

/** One line per import that runs against the direction. */
export function importFaults(sources: Source[]): string[] {
  return sources
    .filter(({ path }) => !path.endsWith(".test.ts"))
    .flatMap((source) => {
      const layer = layerOf(source.path.replace(/\.ts$/, ""));
      const allowed = reachable(layer);
      return importsOf(source)
        .filter((target) => !allowed.some((one) => target === one || target.startsWith(`${one}/`)))
        .map((target) => `${source.path} (${layer}) imports ${target}`);
    });
}

/** The layer of a path: two folders deep in the system, one in boot and harness. */
function layerOf(path: string): string {
  const [top, second] = path.split("/");
  return top === "kernel" || top === "userland" ? `${top}/${second}` : top;
}

/** What a layer may import, with what those may import. */
function reachable(layer: string): string[] {
  const direct = directly(layer);
  return [layer, ...direct, ...direct.flatMap((one) => (LAYERS[one] ? reachable(one) : []))];
}

function directly(layer: string): string[] {
  if (layer === "emulator-harness") return HARNESS;
  if (LAYERS[layer]) return LAYERS[layer];
  if (layer.startsWith("userland/")) {
    return WITH_CODEGEN.includes(layer) ? [...PROGRAM, "userland/codegen"] : PROGRAM;
  }
  return [];
}
