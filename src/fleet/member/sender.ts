import type { Clock } from "../../base/mod.ts";
import type { TrafficEvent } from "../../pattern/mod.ts";
import type { Bus } from "../bus.ts";
import type { BusTime } from "../bus_time.ts";
import type { JoinedPart } from "../join.ts";
import type {
  FleetRow,
  LateEvent,
  PartHead,
  StoredClaim,
  StoredEvent,
} from "../types.ts";

/** The run as a member sees it: it makes slots, and does not know the bus. */
export interface PartSender {
  /**
   * Makes no slot from this one on; Infinity = all may be made. One that may
   * have been made already is not taken back.
   *
   * @returns the first slot that certainly was not made
   */
  holdFrom(slot: number): number;
  /**
   * Takes an event.
   *
   * @param plan SHA-256 of the plan that holds from there, for a `plan` event
   * @returns the slot from which it holds: its own, or the first one that was surely not made
   */
  applyAt(event: TrafficEvent, plan?: string): number;
  /** Ends before a slot, or as soon as it can. */
  endAt(slot: number): void;
  /** Sends nothing more. */
  halt(): void;
}

/** Gets the plans ready that are offered to a member, or asked for. */
export interface MemberPlans {
  /** Begins to, where that was not begun before. Never throws. */
  prepare(plan: string): void;
  /** Whether its sender can take it now. Until then no slot of it is made. */
  isReady(plan: string): boolean;
}

/** Options of a `FleetMember`. */
export interface MemberOptions<Told extends PartHead> {
  readonly bus: Bus<Told>;
  readonly clock: Clock;
  readonly time: BusTime;
  readonly row: FleetRow;
  /** What to do when the bus is away. */
  readonly onBusLoss: "continue" | "hold";
  /** Where it begins, and what it knows by then. */
  readonly joined: Pick<JoinedPart, "claim" | "events" | "horizon">;
  readonly sender: PartSender;
  /** Absent = it is never reloaded. */
  readonly plans?: MemberPlans;
  /** Makes the message of what it has sent, with what the protocol adds. */
  readonly told: (head: MemberHead) => Told;
  /** Called when the run was ended for all. */
  readonly stopping?: (event: StoredEvent) => void;
  readonly say: (line: string, level: "info" | "warn") => void;
  /** Says what belongs into the part's own report, too; absent = it is only said. */
  readonly warn?: (line: string) => void;
  /** Called once, when another process holds the part. */
  readonly displaced: (by: StoredClaim | null) => void;
}

/** What the protocol knows of a member's message. */
export type MemberHead =
  & Pick<
    PartHead,
    | "run"
    | "part"
    | "epoch"
    | "seq"
    | "eventSeq"
    | "isAlone"
    | "offsetMs"
    | "errorMs"
  >
  & { readonly late: readonly LateEvent[] };
