import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { WarehouseError } from "../../errors.ts";
import { parseJson } from "../../json.ts";
import { textAt } from "../../json-path.ts";
import type { RawRow, RawTableName } from "../raw-tables.ts";
import type { BigQueryProblem } from "./errors.ts";
import type { LoadFile, LoadResult } from "./jobs.ts";

/** A file may take so many jobs until its refused rows are found. More refusals are no accident of a row. */
const jobsMax = 100;
/** A rejected row keeps this much of its text. */
const lineCharactersMax = 1_000_000;
const reasonCharactersMax = 500;
const newline = 0x0a;

/** A row that BigQuery refused. */
export type Refused = {
  readonly loadId: string;
  readonly stream: RawTableName;
  readonly id: string | undefined;
  /** A row of `_rejected`. */
  readonly row: RawRow;
};

type Line = { readonly offset: number; readonly bytes: Buffer };

/**
 * Loads a file into its table, and returns the rows that BigQuery refuses.
 *
 * A load job takes a file whole or not at all, so nothing of a refused file is stored. Mostly BigQuery says at which byte
 * the wrong row begins: the file is sent again without that row. Otherwise the file is halved until the wrong rows are
 * alone. Errors: WarehouseError, also when more rows are refused than can be an accident.
 */
export async function loadAccepted(file: LoadFile, load: (file: LoadFile) => Promise<LoadResult>): Promise<Refused[]> {
  const refused: Refused[] = [];
  const waiting: LoadFile[] = [file];
  let jobs = 0;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (next.rows === 0) continue;
    jobs += 1;
    if (jobs > jobsMax) {
      throw new WarehouseError(
        `BigQuery refuses more than a few rows of ${file.table}, so the table may be wrong: run \`make doctor\`, which compares it with its definition. Nothing of this load is visible; what was loaded before stays.`,
      );
    }
    const result = await load(next);
    if (!result.isLoaded) {
      const { problems } = result;
      const reasons = reasonsByOffset(problems);
      const found =
        next.rows === 1
          ? await wrongLines(next, () => lastReason(problems))
          : await wrongLines(next, (line) => reasons.get(line.offset));
      refused.push(...found.map(({ line, reason }) => refusedRow(next.table, line, reason)));
      const isWrong = new Set(found.map(({ line }) => line.offset));
      if (isWrong.size > 0)
        waiting.push(await part(next, `${next.path}.rest${jobs}`, (line) => !isWrong.has(line.offset)));
      else waiting.push(...(await halves(next)));
    }
    if (next !== file) await rm(next.path, { force: true });
  }
  return refused;
}

async function wrongLines(file: LoadFile, reasonOf: (line: Line) => string | undefined) {
  const found: { readonly line: Line; readonly reason: string }[] = [];
  for await (const line of linesOf(file.path)) {
    const reason = reasonOf(line);
    if (reason !== undefined) found.push({ line, reason });
  }
  return found;
}

/** "… row starting at position 1234: …" → what is wrong, by byte. */
function reasonsByOffset(problems: readonly BigQueryProblem[]): ReadonlyMap<number, string> {
  const reasons = new Map<number, string>();
  for (const { message } of problems) {
    const position = /\bposition:? (\d+)/i.exec(message ?? "");
    if (position !== null) reasons.set(Number(position[1]), message ?? "");
  }
  return reasons;
}

/** BigQuery's first entry says that there are errors, the last one says which. */
function lastReason(problems: readonly BigQueryProblem[]): string {
  return (
    problems.findLast(({ message }) => message !== undefined && message !== "")?.message ?? "BigQuery does not say why"
  );
}

async function halves(file: LoadFile): Promise<LoadFile[]> {
  const middle = Math.floor(file.rows / 2);
  let index = 0;
  const first = await part(file, `${file.path}.a`, () => index++ < middle);
  index = 0;
  return [first, await part(file, `${file.path}.b`, () => index++ >= middle)];
}

/** A new file with the wanted lines of a file. */
async function part(file: LoadFile, path: string, isWanted: (line: Line) => boolean): Promise<LoadFile> {
  let rows = 0;
  await pipeline(async function* () {
    for await (const line of linesOf(file.path)) {
      if (!isWanted(line)) continue;
      rows += 1;
      yield Buffer.concat([line.bytes, Buffer.of(newline)]);
    }
  }, createWriteStream(path));
  return { table: file.table, path, rows };
}

/** Lines, each with the byte at which it begins. */
async function* linesOf(path: string): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  for await (const chunk of createReadStream(path)) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(newline); end !== -1; end = rest.indexOf(newline, start)) {
      yield { offset: offset + start, bytes: rest.subarray(start, end) };
      start = end + 1;
    }
    rest = rest.subarray(start);
    offset += start;
  }
  if (rest.length > 0) yield { offset, bytes: rest };
}

/** A row of `_rejected` with the refused row as text: as JSON, BigQuery might refuse it again. */
function refusedRow(table: RawTableName, line: Line, reason: string): Refused {
  const text = line.bytes.toString("utf8");
  const parsed = parseJson(text);
  const textOf = (name: string): string | undefined => textAt(parsed, name);
  const loadId = textOf("_load_id") ?? "";
  return {
    loadId,
    stream: table,
    id: textOf("id"),
    row: {
      stream: table,
      record_id: textOf("id") ?? null,
      reason: `BigQuery refused the row: ${reason}`.slice(0, reasonCharactersMax),
      payload: text.slice(0, lineCharactersMax),
      _workspace_id: textOf("_workspace_id") ?? null,
      _load_id: loadId,
      _fetched_at: textOf("_fetched_at") ?? null,
      _loaded_at: textOf("_loaded_at") ?? null,
    },
  };
}
