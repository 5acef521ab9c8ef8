// Builds the page: a folder of files that any static host can serve, every address relative.
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { buildImage } from "../build/pipeline.ts";
import { progress } from "../build/progress.ts";
import { heartbeatArchive } from "../cluster/archive.ts";
import { ROOT, rootPath } from "../paths.ts";

const require = createRequire(join(ROOT, "package.json"));
const SCENARIOS = rootPath("emulator-harness", "stress", "scenarios");

/** Writes the whole site into a folder and returns its files with their sizes. */
export async function buildSite(folder: string): Promise<{ name: string; bytes: number }[]> {
  const image = await buildImage();
  const done = progress("web page");
  mkdirSync(join(folder, "scenarios"), { recursive: true });
  await bundlePage(folder);
  const v86 = dirname(require.resolve("v86/build/v86.wasm"));
  for (const name of ["index.html", "cluster.html"]) {
    copyFileSync(rootPath("emulator-harness", "web", name), join(folder, name));
  }
  copyFileSync(join(v86, "v86.wasm"), join(folder, "v86.wasm"));
  copyFileSync(join(v86, "libv86.js"), join(folder, "libv86.js"));
  writeFileSync(join(folder, "lendos.elf"), image);
  writeFileSync(join(folder, "heartbeat.archive"), await heartbeatArchive());
  const scenarios = copyScenarios(folder);
  done();
  const names = [
    ...["index.html", "page.js", "page.css", "cluster.html", "cluster.js", "cluster.css"],
    ...["libv86.js", "v86.wasm", "lendos.elf", "heartbeat.archive"],
  ];
  return [...names, ...scenarios.map((name) => `scenarios/${name}`)].map((name) => ({
    name,
    bytes: statSync(join(folder, name)).size,
  }));
}

async function bundlePage(folder: string): Promise<void> {
  const { build } = await import("esbuild");
  const common = { absWorkingDir: ROOT, bundle: true, minify: true, target: "es2022" } as const;
  await build({
    ...common,
    entryPoints: {
      page: rootPath("emulator-harness", "web", "page.ts"),
      cluster: rootPath("emulator-harness", "web", "cluster-page.ts"),
    },
    outdir: folder,
    platform: "browser",
    format: "esm",
    sourcemap: true,
    plugins: [
      {
        name: "platform",
        setup(build) {
          build.onResolve({ filter: /\/platform-node\.ts$/ }, () => ({
            path: rootPath("emulator-harness", "machine", "platform-browser.ts"),
          }));
        },
      },
    ],
  });
  await build({
    ...common,
    entryPoints: {
      page: rootPath("emulator-harness", "web", "style.css"),
      cluster: rootPath("emulator-harness", "web", "cluster.css"),
    },
    outdir: folder,
  });
}

function copyScenarios(folder: string): string[] {
  const names = existsSync(SCENARIOS)
    ? readdirSync(SCENARIOS).filter((name) => name.endsWith(".json"))
    : [];
  for (const name of names) copyFileSync(join(SCENARIOS, name), join(folder, "scenarios", name));
  writeFileSync(join(folder, "scenarios", "index.json"), JSON.stringify(names));
  return names;
}
