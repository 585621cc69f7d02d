import type { Clock } from "../base/mod.ts";
import type { TrafficEvent } from "../pattern/mod.ts";
import type { Bus } from "./bus.ts";
import type { BusTime } from "./bus_time.ts";
import type { JoinedPart } from "./join.ts";
import type {
  FleetRow,
  LateEvent,
  PartHead,
  StoredClaim,
  StoredEvent,
} from "./types.ts";

/** The run's side of a member: it makes slots, and knows no bus. */
export interface PartSender {
  /**
   * Makes no slot from this one on; Infinity = all may be made. One that may
   * have been made already is not taken back.
   *
   * @returns the first slot that was surely not made
   */
  holdFrom(slot: number): number;
  /** Takes an event. @returns the slot from which it holds: its own, or the first one that was surely not made */
  applyAt(event: TrafficEvent): number;
  /** Ends before a slot, or as soon as it can. */
  endAt(slot: number): void;
  /** Sends nothing more. */
  halt(): void;
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
  /** What it has to tell, with what the protocol adds. */
  readonly told: (head: MemberHead) => Told;
  /** Called when somebody has ended the run, for all. */
  readonly stopping?: (event: StoredEvent) => void;
  readonly say: (line: string, level: "info" | "warn") => void;
  /** Called once, when another process holds the part. */
  readonly displaced: (by: StoredClaim | null) => void;
}

/** What the protocol knows of what a member tells. */
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
