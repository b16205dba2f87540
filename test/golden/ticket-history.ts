import type { GeneratedWorld } from "../fake/desk/generated-world.ts";
import type { Happening } from "./desk-history.ts";

const minute = 60;

/**
 * Changes of tickets that the generated desk rarely or never makes by itself, one before each sync. Links are made and undone,
 * and threads grow past 500 parts in and out of sight. Tickets are deleted, restored and converted, and change state within a second.
 */
export function ticketHappenings(world: GeneratedWorld): Happening[] {
  const customers = idsOf(world, "Customer");
  const [long = "", broken = "", reopened = "", renamed = "", deleted = "", restored = ""] = customers.slice(-40);
  const [tracker = ""] = idsOf(world, "Tracker").slice(-1);
  const [task = ""] = idsOf(world, "Back-office").slice(-1);
  const conversations = [...world.conversationIds()].filter((id) => isPlain(world, id)).slice(-60);
  const linked = conversations.slice(0, 25);
  let added = "";
  const happenings: Happening[] = [
    ({ change, changeTickets }) => {
      changeTickets.writeMany(long, 450);
      changeTickets.writeMany(broken, 450);
      changeTickets.link(tracker, linked);
      changeTickets.link(task, linked.slice(0, 2));
      changeTickets.setState(reopened, "resolved");
      changeTickets.setState(reopened, "in_progress", "user");
      changeTickets.setState(reopened, "resolved", "workflow");
      changeTickets.setAttribute(renamed, "_default_title_", "Another title — 別の題名");
      changeTickets.delete(deleted);
      changeTickets.delete(restored);
      const [conversation = ""] = conversations.slice(30);
      added = changeTickets.convert(conversation);
      change.teammateReplies(conversation, "It is a ticket now");
    },
    ({ change, changeTickets }) => {
      changeTickets.writeMany(long, 300);
      // More than Intercom shows: those in the middle are never seen.
      changeTickets.writeMany(broken, 1100);
      changeTickets.setState(broken, "resolved");
      changeTickets.unlink(tracker, linked.slice(0, 10));
      // The tracker is not touched, and names them until it is retrieved again.
      for (const id of linked.slice(-3)) change.delete(id);
      changeTickets.restore(restored);
      changeTickets.setState(added, "waiting_on_customer");
      const late = changeTickets.add({ category: "Customer", contactId: contactOf(world, long), title: "Seen late" });
      changeTickets.teammateReplies(late, "At once");
      changeTickets.setState(late, "in_progress");
      changeTickets.writeMany(late, 600);
      changeTickets.setState(late, "resolved");
      const [conversation = ""] = conversations.slice(31);
      change.close(conversation, "Closing");
      change.reopen(conversation, "note_and_reopen", "Not yet");
      changeTickets.convert(conversation);
    },
  ];
  return happenings.map((happen) => (desk) => {
    // What happens in the second in which a sync begins is for the next one.
    desk.advance(minute);
    happen(desk);
    desk.advance(minute);
  });
}

function idsOf(world: GeneratedWorld, category: string): string[] {
  return [...world.ticketIds()].filter((id) => {
    const [created] = world.ticketEvents(id) ?? [];
    return created?.kind === "created" && created.category === category;
  });
}

/** Neither a ticket nor written by an AI agent under a teammate's name, which a ticket does not tell from the teammate. */
function isPlain(world: GeneratedWorld, id: string): boolean {
  const events = world.events(id) ?? [];
  return (
    events[0]?.actor.kind === "customer" &&
    !events.some(({ kind, actor }) => kind === "converted" || actor.kind === "ai_as_teammate")
  );
}

function contactOf(world: GeneratedWorld, ticketId: string): string {
  const [created] = world.ticketEvents(ticketId) ?? [];
  return created?.kind === "created" ? (created.contactId ?? "") : "";
}
