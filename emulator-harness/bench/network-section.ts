// What a UDP round trip costs: both machines together, driver, stack and both programs.
import { Wire } from "../test/network/wire.ts";
import { atMost, type Figure } from "./figure.ts";
import type { Section } from "./section.ts";

const GOAL = 60_000;
const SIZES = [64, 1472];
const WARM_UP = 10;
const FEW = 100;
const MANY = 600;

export const networkSection: Section = {
  name: "network",
  title:
    "network: a datagram to another v86 machine and back, both machines together (instructions)",
  async measure(wanted, _effort, report) {
    const rows = SIZES.map((size) => ({ size, name: `network/UDP round trip, ${size} bytes` }));
    if (!rows.some(({ name }) => wanted(name))) return;
    const wire = await Wire.boot({ addresses: ["10.0.0.1/24", "10.0.0.2/24"] });
    await wire.nodes[1].line("run udp echo 7 &");
    for (const { size, name } of rows) {
      if (wanted(name)) report(await roundTrip(wire, name, size));
    }
    await wire.halt();
  },
};

/** The difference between two runs of the same program: starting it is in both. */
async function roundTrip(wire: Wire, name: string, size: number): Promise<Figure> {
  await instructionsOf(wire, size, WARM_UP);
  const few = await instructionsOf(wire, size, FEW);
  const many = await instructionsOf(wire, size, MANY);
  return {
    name,
    value: Math.round((many - few) / (MANY - FEW)),
    unit: "",
    goal: size === SIZES[0] ? atMost(GOAL) : undefined,
    note: "NE2000: every byte goes through a port",
  };
}

async function instructionsOf(wire: Wire, size: number, count: number): Promise<number> {
  const spent = () => wire.nodes.reduce((sum, { machine }) => sum + machine.instructions(), 0);
  const before = spent();
  const said = await wire.nodes[0].line(`run udp send 10.0.0.2 7 ${size} ${count}`);
  if (!said.includes(`${count} came back`)) throw new Error(`udp send says: ${said}`);
  return spent() - before;
}
