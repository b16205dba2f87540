// What admins did to the workspace's settings, with the addresses that they did it from.
import type { JsonObject } from "../../json.ts";
import { DESK_BEGIN } from "../arrivals.ts";
import { TEAMMATES } from "../people.ts";
import { hash32 } from "../random.ts";

/** One about every so often. */
const EVERY_SECONDS = 7 * 3600;

/** Inclusive bounds in epoch seconds; the latest first. */
export function renderActivityLogs(after: number, before: number): readonly JsonObject[] {
  const logs: JsonObject[] = [];
  const first = Math.max(0, Math.floor((after - DESK_BEGIN) / EVERY_SECONDS) - 1);
  for (let index = first; DESK_BEGIN + index * EVERY_SECONDS <= before; index++) {
    const at = DESK_BEGIN + index * EVERY_SECONDS + (hash32(index, 112) % 3600);
    if (at >= after && at <= before) logs.unshift(log(index, at));
  }
  return logs;
}

function log(index: number, at: number): JsonObject {
  const admin = TEAMMATES[index % 7];
  const isLogin = index % 3 > 0;
  return {
    id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    performed_by: { type: "admin", id: admin?.id, email: admin?.email, ip: `198.51.100.${index % 250}` },
    metadata: isLogin
      ? { sign_in_method: "email_password" }
      : { away_mode: index % 2 === 0, update_by: Number(admin?.id) },
    created_at: at,
    activity_type: isLogin ? "admin_login_success" : "admin_away_mode_change",
    activity_description: isLogin ? `${admin?.name} logged in.` : `${admin?.name} changed the away mode.`,
  };
}
