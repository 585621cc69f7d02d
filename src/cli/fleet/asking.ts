import { type Action, checkBounds, whole } from "../../run/mod.ts";
import { isoTime, KarError, slotStartMs } from "../../base/mod.ts";
import {
  answersOf,
  ask,
  confirmed,
  countingEvents,
  endSlotOf,
  type FleetAsk,
  type FleetRow,
  type HeardParts,
  type Offered,
  offered,
  slotAtMs,
  type StoredEvent,
  type Unconfirmed,
} from "../../fleet/mod.ts";
import type { Pattern } from "../../pattern/mod.ts";
import type { Session } from "./session.ts";

/** What came of asking all parts for a change. */
export interface Answer {
  readonly event: StoredEvent;
  /** Plan time from which it holds, milliseconds since the epoch. */
  readonly heldMs: number;
  /** Parts that are held and did not say in time that they know it. */
  readonly missing: readonly Unconfirmed[];
}

/** Asks the parts of a run, and hears what they say. */
export class FleetAsking {
  readonly #session: Session;
  readonly #row: FleetRow;
  readonly #who: string;
  readonly #heard: HeardParts;

  constructor(
    session: Session,
    { row, who, heard }: {
      readonly row: FleetRow;
      readonly who: string;
      readonly heard: HeardParts;
    },
  ) {
    this.#session = session;
    this.#row = row;
    this.#who = who;
    this.#heard = heard;
  }

  /**
   * Asks for a change at one slot for all.
   *
   * @param check throws where it makes no sense any more
   * @throws {KarError} `usage` for a change that makes no sense now;
   *   `cannotStart` when it cannot be stored
   */
  async ask(asked: FleetAsk, check: () => void = () => {}): Promise<Answer> {
    const event = await this.#store(asked, check);
    const heard = () => this.#heard.told;
    const missing = await confirmed(this.#options, event, heard);
    return { event, heldMs: slotStartMs(event.slot), missing };
  }

  /**
   * Puts another plan in the place of the one in force, at one slot for all.
   * First it is offered: unless every part that is heard of can send it, nothing
   * is asked for, and the old plan goes on for all.
   *
   * @param text as `planText` gives it
   * @throws {KarError} `config` that names who cannot send it, and why
   */
  async reload(text: string): Promise<Answer> {
    const plan = await this.#session.bus.putPlan(text);
    const asked = { value: 0, durationMs: 0, plan };
    await this.#store({ ...asked, kind: "offer" });
    const { claims, ...now } = await offered(
      this.#options,
      plan,
      this.#heard,
    );
    checkAnswers(now);
    // A part may have said so since, for example one that has just joined.
    return await this.ask({ ...asked, kind: "plan" }, () => {
      const nowMs = this.#session.time.nowMs();
      const heard = this.#heard;
      checkAnswers({ ...answersOf(claims, plan, { heard, nowMs }), slow: [] });
    });
  }

  async #store(
    asked: FleetAsk,
    check: () => void = () => {},
  ): Promise<StoredEvent> {
    return await ask(this.#options, asked, (before) => {
      this.#check(asked, before);
      check();
    });
  }

  get #options() {
    return { ...this.#session, row: this.#row, who: this.#who };
  }

  /** What an event comes too late for, and what changes nothing. */
  #check({ kind, value }: FleetAsk, before: readonly StoredEvent[]): void {
    const counting = countingEvents(this.#row, before);
    const now = slotAtMs(this.#row, this.#session.time.nowMs());
    if (now >= endSlotOf(this.#row, counting)) {
      const what = kind === "offer" || kind === "plan" ? "reload" : kind;
      throw new KarError("usage", `Cannot ${what}: the run has ended`);
    }
    const ended = counting.find((event) =>
      event.kind === kind && (kind === "stop" || event.value === value)
    );
    if ((kind === "stop" || kind === "drain") && ended !== undefined) {
      const what = kind === "stop" ? "the run" : `part ${value}`;
      const at = isoTime(slotStartMs(ended.slot));
      throw new KarError(
        "usage",
        `Cannot ${kind}: ${what} ends at ${at} already`,
      );
    }
    const last = counting.findLast(({ kind }) =>
      kind === "pause" || kind === "resume"
    );
    if (kind === "pause" && last?.kind === "pause") {
      throw new KarError("usage", "Cannot pause: the run is paused already");
    }
  }
}

/** What ends all parts, where a person asks for it. */
export const END_ALL: FleetAsk = { kind: "stop", value: 0, durationMs: 0 };

/** @throws {KarError} `config` that names who cannot send a plan, or is not ready for it */
function checkAnswers({ refusals, slow }: Omit<Offered, "silent">): void {
  const whys = [
    ...refusals.map((one) => `${partName(one)} cannot send it: ${one.why}`),
    ...slow.map((one) => `${partName(one)} has not got it ready in time`),
  ];
  if (whys.length === 0) return;
  throw new KarError(
    "config",
    `Cannot reload: ${whys.join("\n")}\nThe old plan goes on for all`,
  );
}

/** What an operator's action is to a fleet. @throws {KarError} `usage` for what one machine alone can do */
export function askedBy(action: Action, pattern: Pattern): FleetAsk {
  checkBounds(action);
  const full = whole(action, pattern);
  switch (full.kind) {
    case "fire":
      throw new KarError(
        "usage",
        "Cannot fire: a fleet's run begins by itself, at one instant for all",
      );
    case "pause":
    case "resume":
      return { kind: full.kind, value: 0, durationMs: 0 };
    case "spike":
      return {
        kind: "spike",
        value: full.factor,
        durationMs: full.durationMs,
      };
    default:
      return { kind: full.kind, value: full.value ?? NaN, durationMs: 0 };
  }
}

/** An answer in words: `paused from …; not confirmed by part 2 (b)`. */
export function answerText(
  said: string,
  { heldMs, missing }: Pick<Answer, "heldMs" | "missing">,
): string {
  return `${said} from ${isoTime(heldMs)}${missingText(missing)}`;
}

/** Who has not confirmed, in words; empty = all have. */
export function missingText(missing: readonly Unconfirmed[]): string {
  if (missing.length === 0) return "";
  return `; not confirmed by ${missing.map(partName).join(", ")}`;
}

function partName({ part, node }: Unconfirmed): string {
  return `part ${part} (${node})`;
}
