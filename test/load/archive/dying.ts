// Loaded before the loader, by NODE_OPTIONS: the process ends itself by SIGKILL at the N-th step that it takes in an archive.
// A step is a file that is begun (cut off after its first bytes), or a rename (right before, or right after).
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const dieAt = Number(process.env["DIE_AT_STEP"] ?? "0");
const archive = process.env["DIE_IN_FOLDER"] ?? "";
let steps = 0;

function step(): void {
  steps += 1;
  if (steps === dieAt) process.kill(process.pid, "SIGKILL");
}

const { createWriteStream } = fs;
const { rename } = fs.promises;

fs.createWriteStream = ((...args: Parameters<typeof createWriteStream>) => {
  const stream = createWriteStream(...args);
  if (String(args[0]).startsWith(archive))
    stream.once("open", (file) => {
      // At a place of its own, so that the stream's own writes begin at the start.
      fs.writeSync(file, Buffer.from([0x1f, 0x8b, 0x08]), 0, 3, 0);
      step();
      fs.ftruncateSync(file, 0);
    });
  return stream;
}) as typeof createWriteStream;

fs.promises.rename = async (from, to) => {
  if (!String(to).startsWith(archive)) return rename(from, to);
  step();
  await rename(from, to);
  step();
};
syncBuiltinESMExports();
