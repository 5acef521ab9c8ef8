// One private copy of the v86 library per machine, in a browser: the page fetches its text as a file.
import {
  instantiateLibrary,
  LIBRARY_PARAMETERS,
  libraryText,
  type LibraryFunction,
  type Platform,
} from "./v86.ts";

let library: Promise<LibraryFunction> | null = null;
let wasm: Promise<WebAssembly.Module> | null = null;

async function fetchLibrary(): Promise<LibraryFunction> {
  const text = libraryText(await (await fetched("libv86.js")).text());
  return new Function(...LIBRARY_PARAMETERS, text) as LibraryFunction;
}

async function fetchWasm(): Promise<WebAssembly.Module> {
  const bytes = await (await fetched("v86.wasm")).arrayBuffer();
  return WebAssembly.compile(bytes);
}

/** A file beside the page; says which one when it is not there. */
export async function fetched(name: string): Promise<Response> {
  const response = await fetch(name);
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response;
}

/** Messages to oneself: unlike timers they are not slowed down when they nest. */
const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

export const platform: Platform = {
  async library(world) {
    library ??= fetchLibrary();
    return instantiateLibrary(await library, world, undefined);
  },
  wasm() {
    wasm ??= fetchWasm();
    return wasm;
  },
  soon(callback) {
    waiting.push(callback);
    channel.port2.postMessage(0);
  },
};
