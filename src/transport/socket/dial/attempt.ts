import type { Clock } from "../../../base/mod.ts";
import type { DialFailure, Socket } from "../types.ts";

/** What the attempts of one dial have in common. */
export interface Attempt {
  readonly port: number;
  readonly clock: Clock;
  /** When the dial began, the lookup of the name included. */
  readonly startMs: number;
}

/** A connection that TCP has made, before anything was sent on it. */
export interface Opened {
  readonly kind: "opened";
  /** Makes it ready for use: makes the TLS handshake where there is TLS. Never rejects. */
  finish(signal: AbortSignal): Promise<Socket | DialFailure>;
  /** Ends it unused. */
  drop(): void;
}

/** Connects to one address; `signal` gives it up. Never rejects. */
export type Open = (
  address: string,
  attempt: Attempt,
  signal: AbortSignal,
) => Promise<Opened | DialFailure>;

/** The result of a dial whose signal was aborted. */
export const GIVEN_UP: DialFailure = failed("aborted", "given up");

/** A failure, and why. */
export function failed(
  failure: DialFailure["failure"],
  reason: string,
): DialFailure {
  return { kind: "failure", failure, reason };
}
