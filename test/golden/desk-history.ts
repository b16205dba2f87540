import type { GeneratedWorld } from "../fake/desk/generated-world.ts";

/** What happens to the desk before one sync. */
export type Happening = (world: GeneratedWorld) => void;

const minute = 60;

/**
 * Changes that the generated desk rarely or never makes by itself, one before each sync: a thread that grows past 500 parts
 * between syncs; redactions in and out of sight; threads whose parts are never shown; deletion and restoring; merged and
 * deleted contacts; bulk tags; ratings that change; every way to reopen; hostile bodies; long ids.
 */
export function happeningsByHand(world: GeneratedWorld): Happening[] {
  const ids = [...world.conversationIds()].slice(-600);
  const take = (): string => ids.shift() ?? "";
  const [long, deleted, restored, merged, into, renamed, orphaned, moved, rated, reopened, talk, broken] =
    takeMany(take);
  const [promised, replaced, removed] = [take(), take(), take()];
  const firstPartOf = (id: string): string => partIds(world, id)[0] ?? "";
  const lastPartOf = (id: string): string => partIds(world, id).at(-1) ?? "";
  const bulk = ids.slice(0, 400);
  const happenings: Happening[] = [
    ({ change }) => {
      change.writeMany(long, 450);
      change.writeMany(broken, 450);
      addLongThreads(world, contactOf(world, talk));
      change.tag(bulk, 'Bulk, "quoted" 🔥');
      change.rate(rated, 5, "Thank you — 謝謝");
      if (stateIsClosed(world, reopened)) change.customerReplies(reopened, "I came back");
      else change.close(reopened, "Closing");
      change.delete(deleted);
      change.delete(restored);
      change.customerReplies(promised, "Where is it?");
      change.setSla(promised, "Gold", "active");
      change.setSla(replaced, "Gold", "active");
      change.setSla(removed, "Gold", "active");
    },
    ({ change }) => {
      change.writeMany(long, 300);
      // More than Intercom shows: those in the middle are never seen.
      change.writeMany(broken, 1100);
      change.untag(bulk.slice(0, 100), 'Bulk, "quoted" 🔥');
      change.rate(rated, 1);
      change.restore(restored);
      change.snooze(promised, 60);
      change.setSla(replaced, "Iron", "active");
      change.setSla(removed, "Gold", "cancelled");
      change.mergeContacts(contactOf(world, merged), contactOf(world, into));
      change.changeEmail(contactOf(world, renamed), "new.address@example.com");
      change.deleteContact(contactOf(world, orphaned));
      change.setCompanies(contactOf(world, moved), companiesOf(world, ids));
    },
    ({ change }) => {
      change.redact(long, firstPartOf(long));
      change.redact(long, lastPartOf(long));
      change.redact(talk);
      change.teammateReplies(promised, "Here it is");
      change.setSla(promised, "Gold", "hit");
      change.setSla(replaced, "Iron", "cancelled");
      change.setSla(removed, "Iron", "active");
      change.customerReplies(talk, null, { attachments: 2 });
      change.aiReplies(talk, "An answer by the machine", teammateOf(world));
      change.note(talk, "Nobody may see this");
      for (const how of ["teammate_open", "assign_and_reopen", "note_and_reopen"] as const) {
        change.close(reopened, "Closing once more");
        change.reopen(reopened, how, how === "note_and_reopen" ? "With a note" : null);
      }
      change.close(reopened);
      change.customerReplies(reopened, "And again, as a comment", { asComment: true });
      const contactId = contactOf(world, moved);
      change.addConversation({ contactId, words: null, attachments: 1, hasUnquotedId: true });
      const html = '<p>مرحبا <script>alert("x")</script>&lt;b&gt; 👍</p><ul><li>one</li><li>two</li></ul>';
      change.addConversation({ contactId, words: { html, plain: "مرحبا <b> 👍\none\ntwo" } });
    },
  ];
  return happenings.map((happen) => (desk) => {
    // A sync takes a second whole or not at all: what happens in the second in which it begins is for the next one. And what it
    // saw of a long thread is told by its second.
    desk.advance(minute);
    happen(desk);
    desk.advance(minute);
  });
}

/** Threads past 500 parts when they are first seen, with a human's first reply out of sight: in the second an AI agent takes part. */
function addLongThreads(world: GeneratedWorld, contactId: string): void {
  const { change } = world;
  for (const isWithAi of [false, true]) {
    const id = change.addConversation({ contactId, words: "A long story" });
    change.teammateReplies(id, "At once");
    change.writeMany(id, 600);
    if (isWithAi) change.aiReplies(id, "The machine too", teammateOf(world));
  }
}

function teammateOf(world: GeneratedWorld): string {
  return world.admins()[0]?.["id"]?.toString() ?? "";
}

type Twelve = [string, string, string, string, string, string, string, string, string, string, string, string];

function takeMany(take: () => string): Twelve {
  return [take(), take(), take(), take(), take(), take(), take(), take(), take(), take(), take(), take()];
}

function contactOf(world: GeneratedWorld, id: string): string {
  return world.contactsOf(id)[0]?.contactId ?? "";
}

function companiesOf(world: GeneratedWorld, ids: readonly string[]): string[] {
  const found = new Set(ids.map((id) => world.companyOf(id)).filter((companyId) => companyId !== null));
  return [...found].slice(0, 13);
}

function partIds(world: GeneratedWorld, id: string): string[] {
  return (world.events(id) ?? []).filter((event) => event.kind === "message").map((event) => event.partId);
}

function stateIsClosed(world: GeneratedWorld, id: string): boolean {
  const change = (world.events(id) ?? []).findLast((event) => ["closed", "reopened"].includes(event.kind));
  return change?.kind === "closed";
}
