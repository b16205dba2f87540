// A BI tool, as a process: `node snapshot-reader.ts <file>` opens the file again and again and reads two marts, until its standard input
// ends. One connection stays open for all of this time. Prints what it saw as JSON.
import { DuckDBInstance } from "@duckdb/node-api";

const [, , path = ""] = process.argv;
const sql = `select (select count(*) from intercom.conversations)::integer,
  (select count(*) from intercom.conversation_metrics)::integer`;

async function open() {
  const instance = await DuckDBInstance.create(path, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  return {
    counts: async () => (await connection.runAndReadAll(sql)).getRows()[0] ?? [],
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

let isOver = false;
process.stdin.on("end", () => {
  isOver = true;
});
process.stdin.resume();

const kept = await open();
const seen: number[] = [];
let reads = 0;
do {
  const reader = await open();
  const [conversations, metrics] = await reader.counts();
  reader.close();
  if (conversations !== metrics) throw new Error(`${conversations} conversations, and metrics of ${metrics}`);
  if (seen.at(-1) !== conversations) seen.push(Number(conversations));
  if (reads === 0) process.stdout.write("reading\n");
  reads += 1;
} while (!isOver);
const [first] = await kept.counts();
kept.close();
process.stdout.write(`${JSON.stringify({ reads, seen, kept: first })}\n`);
