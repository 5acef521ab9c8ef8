// The second archive that makes a machine one of a cluster: the heartbeat and the command that asks it.
import { type ArchiveFile, writeArchive } from "../../boot/archive.ts";
import { CLUSTER_PROGRAMS } from "../../boot/manifest.ts";
import { testProgram } from "../build/pipeline.ts";

/** `more`: what else the machines shall find there, a plan of the stress program say. */
export async function heartbeatArchive(more: ArchiveFile[] = []): Promise<Uint8Array> {
  const files = [...more];
  for (const name of CLUSTER_PROGRAMS) files.push(await testProgram(name));
  return writeArchive(files).bytes;
}
