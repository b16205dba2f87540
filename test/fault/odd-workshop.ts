import type { TestContext } from "node:test";
import { readDuckDb } from "../tools/duckdb-file.ts";
import { rawSchema, Workshop, type WorkshopOptions } from "./workshop.ts";

/** A small workspace that odd answers are tried on. */
export const oddWorkspace: WorkshopOptions = {
  conversations: 60,
  accounts: 12,
  lonelyCompanies: 20,
  tickets: 20,
  seed: 3,
};

/** The route of a conversation's thread. */
export const retrieve = "GET /conversations/{id}";

/** A workshop that is closed when the test ends. */
export async function openWorkshop(context: TestContext, options: WorkshopOptions = oddWorkspace): Promise<Workshop> {
  const workshop = await Workshop.open(options);
  context.after(() => workshop.close());
  return workshop;
}

/** The rows of a query, in which `raw.` stands for the raw tables' schema. */
export function rowsOf(workshop: Workshop, sql: string): Promise<unknown[][]> {
  return readDuckDb(workshop.duckdbPath, async (connection) =>
    (await connection.runAndReadAll(sql.replaceAll("raw.", `${rawSchema}.`))).getRows(),
  );
}

export async function countOf(workshop: Workshop, from: string): Promise<number> {
  return Number((await rowsOf(workshop, `select count(*) from raw.${from}`))[0]?.[0]);
}

/** Ids in `_rejected`, sorted. */
export const rejectedIds = async (workshop: Workshop, stream: string): Promise<unknown[]> =>
  (await rowsOf(workshop, `select distinct record_id from raw._rejected where stream = '${stream}' order by 1`)).flat();

/** A workspace where one contact has more companies than its own answer shows. */
export async function withManyCompanies(context: TestContext): Promise<Workshop> {
  const workshop = await openWorkshop(context, { ...oddWorkspace, accounts: 30 });
  const { world } = workshop.fake;
  const contacts = [...world.conversationIds()].flatMap((id) => world.contactsOf(id));
  const contactId = contacts.find(({ isDeleted }) => !isDeleted)?.contactId ?? "";
  world.change.setCompanies(
    contactId,
    world
      .accounts()
      .map((account) => account.company_id)
      .slice(0, 13),
  );
  workshop.fake.advance(60);
  return workshop;
}
