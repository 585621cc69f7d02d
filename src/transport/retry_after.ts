import type { ClientContext } from "./port.ts";

/** Codes whose answer may ask to back off (RFC 6585, 4; RFC 9110, 15.6.4). */
const TOO_MANY_REQUESTS = 429;
const SERVICE_UNAVAILABLE = 503;

/** Whether an answer may ask to back off. */
export function mayAskBackoff(status: number): boolean {
  return status === TOO_MANY_REQUESTS || status === SERVICE_UNAVAILABLE;
}

/**
 * The backoff that a `retry-after` asks for: seconds or a date (RFC 9110,
 * 10.2.3).
 *
 * @param wallMs wall time, to which a date is compared
 * @returns milliseconds ≥ 0; null when it says nothing that can be read
 */
export function parseRetryAfter(text: string, wallMs: number): number | null {
  const value = text.trim();
  if (/^\d{1,9}$/.test(value)) return 1000 * Number(value);
  // A date contains the name of a day; `Date.parse` alone accepts far more.
  const atMs = /^[A-Z][a-z]{2,8},? /.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - wallMs);
}

/** Hands on the backoff that an answer's `retry-after` asks for. */
export function tellRetryAfter(
  { retryAfter, clock }: Pick<ClientContext, "retryAfter" | "clock">,
  text: string,
): void {
  if (retryAfter === undefined) return;
  const ms = parseRetryAfter(text, clock.wall());
  if (ms !== null) retryAfter(ms);
}
