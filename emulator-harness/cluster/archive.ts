// The second archive that makes a machine one of a cluster: the heartbeat and the command that asks it.
import { writeArchive } from "../../boot/archive.ts";
import { CLUSTER_PROGRAMS } from "../../boot/manifest.ts";
import { testProgram } from "../build/pipeline.ts";

export async function heartbeatArchive(): Promise<Uint8Array> {
  const files = [];
  for (const name of CLUSTER_PROGRAMS) files.push(await testProgram(name));
  return writeArchive(files).bytes;
}
