// The way of the data: AssemblyScript -> Wasm -> i386 -> image, five calls.
//
// Every step is cached by the content of what it reads, so an unchanged tree builds in milliseconds.
import { existsSync, readdirSync } from "node:fs";
import type { ArchiveFile } from "../../boot/archive.ts";
import { writeImage } from "../../boot/image.ts";
import { CLUSTER_PROGRAMS, DATA_FILES, PROGRAMS, TEST_PROGRAMS } from "../../boot/manifest.ts";
import { Physical } from "../../kernel/machine/memory-map.ts";
import { rootPath } from "../paths.ts";
import { assemble } from "./assemblyscript.ts";
import { hashOf, readBytes, step } from "./files.ts";
import { lower, MODE_KERNEL, MODE_PROGRAM } from "./generator.ts";
import { shippedPlans } from "./plans.ts";
import { progress } from "./progress.ts";

export interface Program {
  name: string;
  entry: string;
  flags?: string[];
}

const KERNEL_FLAGS = ["--memoryBase", String(Physical.STATICS), "--maximumMemory", "1024"];

/** The boot image of everything, up to date; also written to .build/lendos.elf. */
export async function buildImage(): Promise<Uint8Array> {
  const kernel = await buildKernel();
  const files: { name: string; bytes: Uint8Array }[] = [];
  for (const program of programs()) {
    if ([...TEST_PROGRAMS, ...CLUSTER_PROGRAMS].includes(program.name)) continue;
    files.push({ name: `bin/${program.name}.elf`, bytes: await buildProgram(program) });
  }
  for (const { name, path } of DATA_FILES) files.push({ name, bytes: readBytes(rootPath(path)) });
  files.push(...shippedPlans());
  const key = hashOf(kernel, ...files.flatMap(({ name, bytes }) => [name, bytes]));
  return step("lendos.elf", key, async (input) => {
    for (const path of imageSources()) input(path);
    const done = progress("image");
    const image = writeImage({ kernel, files });
    done();
    return image;
  });
}

export async function buildKernel(): Promise<Uint8Array> {
  return lower("elf/kernel", await kernelWasm(), MODE_KERNEL);
}

/** The kernel, or one with some files' texts changed. */
export function kernelWasm(name = "kernel", changed?: Map<string, string>): Promise<Uint8Array> {
  const source = { entry: "kernel/main.ts", kind: "kernel" as const, flags: KERNEL_FLAGS };
  return assemble({ ...source, name: `wasm/${name}`, changed });
}

export async function buildProgram(program: Program): Promise<Uint8Array> {
  return lower(`elf/${program.name}`, await programWasm(program), MODE_PROGRAM);
}

/** A program that is not in the image, as a file for the second archive. */
export async function testProgram(name: string): Promise<ArchiveFile> {
  const program = programs().find((one) => one.name === name)!;
  return { name: `bin/${name}.elf`, bytes: await buildProgram(program) };
}

export function programWasm({ name, entry, flags }: Program): Promise<Uint8Array> {
  return assemble({ name: `wasm/${name}`, entry, kind: "program", flags });
}

/** Every userland/<name>/main.ts, with the flags that the manifest gives it. */
export function programs(): Program[] {
  const found = readdirSync(rootPath("userland"))
    .filter((name) => existsSync(rootPath("userland", name, "main.ts")))
    .map((name) => ({ name, entry: `userland/${name}/main.ts` }))
    .filter(({ name }) => !PROGRAMS.some((program) => program.name === name));
  return [...PROGRAMS, ...found].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function imageSources(): string[] {
  const boot = readdirSync(rootPath("boot")).filter((name) => name.endsWith(".ts"));
  return [...boot.map((name) => `boot/${name}`), "kernel/machine/memory-map.ts"];
}
