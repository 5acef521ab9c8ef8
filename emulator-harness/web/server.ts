// A plain file server for the page: GET and HEAD below one folder, on this machine only.
import { createReadStream, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".wasm": "application/wasm",
};

export interface Served {
  url: string;
  close(): void;
}

/** Serves a folder on the loopback address; port 0 takes a free one. */
export async function serve(folder: string, port: number): Promise<Served> {
  const server = createServer((request, response) => {
    const path = pathOf(folder, request.url ?? "/");
    const size = path === null ? null : sizeOf(path);
    if (path === null || size === null || !/^(GET|HEAD)$/.test(request.method ?? "")) {
      response.writeHead(404, { "content-type": "text/plain" }).end("not found\n");
      return;
    }
    response.writeHead(200, {
      "content-type": TYPES[extname(path)] ?? "application/octet-stream",
      "content-length": size,
      "cache-control": "no-cache",
    });
    if (request.method === "HEAD") response.end();
    else createReadStream(path).pipe(response);
  });
  await listen(server, port);
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://localhost:${taken}/`, close: () => void server.close() };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}

/** The file that an address names, or null when it points outside the folder. */
function pathOf(folder: string, url: string): string | null {
  const name = decodeURIComponent(new URL(url, "http://localhost").pathname);
  const path = normalize(join(folder, name.endsWith("/") ? `${name}index.html` : name));
  return path.startsWith(normalize(folder)) ? path : null;
}

function sizeOf(path: string): number | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? found.size : null;
}
