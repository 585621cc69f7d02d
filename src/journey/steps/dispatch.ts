import type { MissedReason } from "../../stats/mod.ts";
import type { Client, Exchange } from "../../transport/mod.ts";

/** Sends the requests of journeys: the dispatcher. */
export interface JourneyDispatch {
  /** An exchange without times. */
  blank(): Exchange;
  /** Takes one back that was not sent. */
  free(exchange: Exchange): void;
  /** Hands a request to its client now; null = it was taken. */
  send(exchange: Exchange, client: Client, nowMs: number): MissedReason | null;
  /** Something is due at an instant, which may be earlier than what was known. */
  wakeBy(atMs: number): void;
}
