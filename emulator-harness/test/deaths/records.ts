// Numbers of kernel/abi/records.ts: its records are AssemblyScript, so it is read here and not imported.
import { readFileSync } from "node:fs";
import { rootPath } from "../../paths.ts";

const source = readFileSync(rootPath("kernel", "abi", "records.ts"), "utf8");

/** The members of an enum by name; one that is missing is a failure here. */
function enumOf<Name extends string>(name: string, members: readonly Name[]): Record<Name, number> {
  const body = new RegExp(`enum ${name} \\{([^}]*)\\}`).exec(source)?.[1] ?? "";
  const values = members.map((member) => {
    const value = new RegExp(`^ *${member} = (\\d+),`, "m").exec(body)?.[1];
    if (value === undefined) throw new Error(`records.ts has no ${name}.${member}`);
    return [member, Number(value)];
  });
  return Object.fromEntries(values);
}

export const WaitKind = enumOf("WaitKind", [
  ...["SLEEP", "SENDING", "CALLING", "RESUME", "INVOCATION", "RESULT"],
  ...["RECEIVING", "REPLY", "NOTIFICATION", "END"],
] as const);

export const SpawnFlag = enumOf("SpawnFlag", ["INVOCABLE", "QUIET"] as const);
