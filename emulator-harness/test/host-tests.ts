// Runs one file of uvu tests: bundles it with esbuild and runs it in a process of its own.
import { fork } from "node:child_process";
import { basename } from "node:path";
import { buildPath, ROOT, rootPath } from "../paths.ts";
import { type FileResult, orFailure, type Result } from "./results.ts";

const RECORDER = rootPath("emulator-harness", "test", "recorder.ts");
/** A file that takes longer is ended and counted as failed. */
const TIMEOUT_MS = 15 * 60_000;
const OUTPUT_CHARACTERS = 4000;

export interface HostOptions {
  seed: number;
  /** Only the test of this name. */
  name?: string;
  bless: boolean;
}

export async function runHostFile(path: string, options: HostOptions): Promise<FileResult> {
  const started = performance.now();
  const results: Result[] = [];
  const finished = (): FileResult => ({
    path,
    results: orFailure(results, "no test ran: does it end with test.run()?"),
    milliseconds: performance.now() - started,
  });
  let bundle: string;
  try {
    bundle = await bundleTest(path);
  } catch (error) {
    results.push(failure("the file builds", (error as Error).message));
    return finished();
  }
  const { code, output } = await runChild(bundle, options, (result) => results.push(result));
  const explained = results.some((result) => result.status === "failed");
  if (code !== 0 && !explained) {
    results.push(failure("the file runs to its end", `exit ${code}\n${output}`));
  }
  return finished();
}

function failure(name: string, message: string): Result {
  return { name, status: "failed", message, milliseconds: 0 };
}

/** The test as one file of JavaScript, with "uvu" replaced by the recorder around it. */
async function bundleTest(path: string): Promise<string> {
  const { build } = await import("esbuild");
  const outfile = buildPath("tests", path.replace(/\.ts$/, ".mjs"));
  await build({
    entryPoints: [rootPath(path)],
    outfile,
    absWorkingDir: ROOT,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    logLevel: "silent",
    define: { LENDOS_ROOT: JSON.stringify(ROOT) },
    plugins: [
      {
        name: "recorder",
        setup(build) {
          build.onResolve({ filter: /^uvu$/ }, ({ importer }) =>
            importer === RECORDER ? { path: "uvu", external: true } : { path: RECORDER },
          );
        },
      },
    ],
  });
  return outfile;
}

function runChild(
  bundle: string,
  options: HostOptions,
  onResult: (result: Result) => void,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = fork(bundle, [], {
      cwd: ROOT,
      silent: true,
      execArgv: ["--enable-source-maps"],
      env: {
        ...process.env,
        LENDOS_SEED: String(options.seed),
        LENDOS_TEST_NAME: options.name ?? "",
        LENDOS_BLESS: options.bless ? "1" : "",
      },
    });
    let output = "";
    const keep = (chunk: Buffer) => {
      output = (output + chunk).slice(-OUTPUT_CHARACTERS);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    child.on("message", (result) => onResult(result as Result));
    const timer = setTimeout(() => {
      output += `\n${basename(bundle)} took more than ${TIMEOUT_MS / 1000} s and was ended`;
      child.kill("SIGKILL");
    }, TIMEOUT_MS);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, output });
    });
  });
}
