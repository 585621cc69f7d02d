import { checkSetting } from "../../pattern/mod.ts";
import type { Action } from "../../run/mod.ts";

/**
 * The change that `set` asks for.
 *
 * @param value undefined goes back to the plan's value
 * @throws {KarError} `usage` for a key or value that does not exist
 */
export function setAction(key: string, value: number | undefined): Action {
  checkSetting(key, value ?? null);
  return key === "scale"
    ? { kind: key, value: value ?? 1 }
    : { kind: key, value: value ?? null };
}
