// One private copy of the v86 library per machine, in a browser: the page fetches its text as a file.
import {
  instantiateLibrary,
  LIBRARY_PARAMETERS,
  libraryText,
  shortTurns,
  type LibraryFunction,
  type Platform,
} from "./v86.ts";

let library: Promise<LibraryFunction> | null = null;
/** By whether its turns are short. */
const wasm = new Map<boolean, Promise<WebAssembly.Module>>();

async function fetchLibrary(): Promise<LibraryFunction> {
  const text = libraryText(await (await fetched("libv86.js")).text());
  return new Function(...LIBRARY_PARAMETERS, text) as LibraryFunction;
}

async function fetchWasm(short: boolean): Promise<WebAssembly.Module> {
  const bytes = new Uint8Array(await (await fetched("v86.wasm")).arrayBuffer());
  return WebAssembly.compile(short ? shortTurns(bytes) : bytes);
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
  wasm(short = false) {
    const compiled = wasm.get(short) ?? fetchWasm(short);
    wasm.set(short, compiled);
    return compiled;
  },
  soon(callback) {
    waiting.push(callback);
    channel.port2.postMessage(0);
  },
};
