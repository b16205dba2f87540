import type { GeneratedWorld } from "../fake/desk/generated-world.ts";
import type { Dice } from "./dice.ts";

/** Something that happens at the desk while nobody, or a run of the loader, looks. */
export type Change = (world: GeneratedWorld, dice: Dice) => void;

const bulkMax = 400;
const manyCompanies = 13;
const namelessKinds: ReadonlySet<string> = new Set(["ai_as_teammate", "campaign"]);
/** More than Intercom shows of a thread. */
const manyMessages = 520;

/** Every kind of change that a sync must not lose, by name. */
export const changes: Readonly<Record<string, Change>> = {
  "a new conversation": (world, dice) => {
    world.change.addConversation({ contactId: someContact(world, dice), words: "Is anybody there?" });
  },
  "a reply": (world, dice) => {
    world.change.customerReplies(someConversation(world, dice), "One more thing");
  },
  "a close": (world, dice) => {
    world.change.close(someConversation(world, dice), "Glad to help");
  },
  "a close and a reopening": (world, dice) => {
    const id = someConversation(world, dice);
    world.change.close(id);
    world.change.customerReplies(id, "Not solved");
  },
  "a deletion": (world, dice) => {
    world.change.delete(someConversation(world, dice));
  },
  "a deletion and a restoring": (world, dice) => {
    const id = someConversation(world, dice);
    world.change.delete(id);
    world.change.restore(id);
  },
  "a restoring": (world, dice) => {
    const living = new Set(world.conversationIds());
    const deleted = [...world.conversationIds({ includeDeleted: true })].filter((id) => !living.has(id));
    if (deleted.length > 0) world.change.restore(dice.pick(deleted));
  },
  "tags for hundreds at a stroke": (world, dice) => {
    const ids = [...world.conversationIds()];
    const from = dice.below(ids.length);
    world.change.tag([...ids.slice(from), ...ids.slice(0, from)].slice(0, bulkMax), `Bulk ${dice.below(5)}`);
  },
  "a thread past 500 parts": (world, dice) => {
    world.change.writeMany(someConversation(world, dice), manyMessages);
  },
  "a redaction": (world, dice) => {
    world.change.redact(someConversation(world, dice));
  },
  "a rating": (world, dice) => {
    world.change.rate(someConversation(world, dice), 1 + dice.below(5), "My view");
  },
  "a new contact": (world, dice) => {
    world.change.addContact({ email: `new.${dice.below(1e6)}@example.com` });
  },
  "a contact's new address": (world, dice) => {
    world.change.changeEmail(someContact(world, dice), `moved.${dice.below(1e6)}@example.org`);
  },
  "a deleted contact": (world, dice) => {
    world.change.deleteContact(someContact(world, dice));
  },
  "merged contacts": (world, dice) => {
    const [from, into] = [someContact(world, dice), someContact(world, dice)];
    if (from !== into) world.change.mergeContacts(from, into);
  },
  "a contact with more than 10 companies": (world, dice) => {
    const companyIds = world.accounts().map((account) => account.company_id);
    world.change.setCompanies(someContact(world, dice), companyIds.slice(0, manyCompanies));
  },
  "a new ticket": (world, dice) => {
    world.changeTickets.add({ category: "Customer", contactId: someContact(world, dice), title: "It broke" });
  },
  "a ticket's reply": (world, dice) => {
    world.changeTickets.customerReplies(someTicket(world, dice), "Any news?");
  },
  "a ticket's new state": (world, dice) => {
    world.changeTickets.setState(
      someTicket(world, dice),
      dice.pick(["in_progress", "waiting_on_customer", "resolved"]),
    );
  },
  "a ticket's deletion": (world, dice) => {
    world.changeTickets.delete(someTicket(world, dice));
  },
  "a ticket's deletion and restoring": (world, dice) => {
    const id = someTicket(world, dice);
    world.changeTickets.delete(id);
    world.changeTickets.restore(id);
  },
  "a ticket past 500 parts": (world, dice) => {
    world.changeTickets.writeMany(someTicket(world, dice), manyMessages);
  },
  "a conversation that becomes a ticket": (world, dice) => {
    // A ticket's payload can't tell an AI agent or a campaign under a teammate's name from the teammate.
    const isOut = (id: string) =>
      world.events(id)?.some(({ kind, actor }) => kind === "converted" || namelessKinds.has(actor.kind)) !== false;
    const ids = [...world.conversationIds()].filter((id) => !isOut(id));
    if (ids.length > 0) world.changeTickets.convert(dice.pick(ids));
  },
};

function someTicket(world: GeneratedWorld, dice: Dice): string {
  return dice.pick([...world.ticketIds()]);
}

function someConversation(world: GeneratedWorld, dice: Dice): string {
  return dice.pick([...world.conversationIds()]);
}

/** A contact that is there. */
function someContact(world: GeneratedWorld, dice: Dice): string {
  const contacts = [...world.conversationIds()].flatMap((id) => world.contactsOf(id));
  return dice.pick(contacts.filter(({ isDeleted }) => !isDeleted)).contactId;
}
