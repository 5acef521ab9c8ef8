// npx lendos web: builds the page and serves it, or writes it for a static host.
import { resolve } from "node:path";
import { type Command, type CommandContext, UsageError } from "../command.ts";
import { buildPath } from "../paths.ts";
import { serve } from "./server.ts";
import { buildSite } from "./site.ts";

const PORT = 8086;

export const command: Command = {
  summary: "Builds the browser page and serves it on this machine, or writes it with --out.",
  usage: "[--port 8086] [--out folder]",
  options: {
    port: { type: "string", help: `<number> where to serve; 0 takes a free one (${PORT})` },
    out: { type: "string", help: "<folder> write the static site there and end" },
  },
  run,
};

async function run(context: CommandContext): Promise<number> {
  const out = context.text("out");
  const folder = out === undefined ? buildPath("web") : resolve(out);
  const files = await buildSite(folder);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (out !== undefined) {
    if (context.json) console.log(JSON.stringify({ folder, files }));
    else console.log(`${folder}: ${files.length} files, ${(total / 1e6).toFixed(1)} MB`);
    return 0;
  }
  const port = context.integer("port", PORT);
  try {
    const { url } = await serve(folder, port);
    console.log(context.json ? JSON.stringify({ url }) : `LendOS is at ${url} (Ctrl-C ends)`);
  } catch (error) {
    throw new UsageError(`cannot serve on port ${port}: ${(error as Error).message}`);
  }
  return new Promise(() => {});
}
