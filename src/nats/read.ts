import type { StoredMsg } from "@nats-io/jetstream";
import { KarError } from "../base/mod.ts";
import {
  readClaim,
  readEvent,
  type StoredClaim,
  type StoredEvent,
  unreadClaim,
  unreadEvent,
} from "../fleet/mod.ts";
import { stampMs } from "./stamp.ts";

/** Who holds a part; null = it was released. Whoever wrote what cannot be read may send it. */
export function claimOf(part: number, stored: StoredMsg): StoredClaim | null {
  const storedMs = stampMs(stored.timestamp);
  const at = { part, epoch: stored.seq, storedMs };
  try {
    const claim = readClaim(stored.json());
    return claim && { ...claim, ...at };
  } catch (error) {
    return { ...unreadClaim((error as Error).message), ...at };
  }
}

/** An event; one that cannot be read has its place among the others, and counts for nobody. */
export function eventOf(stored: StoredMsg): StoredEvent {
  const at = { seq: stored.seq, storedMs: stampMs(stored.timestamp) };
  try {
    return { ...readEvent(stored.json()), ...at };
  } catch (error) {
    return { ...unreadEvent((error as Error).message), ...at };
  }
}

/**
 * The result of `read`. @throws {KarError} for what no kar, or only another
 * version, can have written
 */
export function fit<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new KarError(
      "cannotStart",
      `The bus holds something else for ${what} than this kar understands: ${
        (error as Error).message
      }`,
      { cause: error },
    );
  }
}

/** SHA-256 in hexadecimal digits. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new Uint8Array(bytes));
  return new Uint8Array(hash).toHex();
}
