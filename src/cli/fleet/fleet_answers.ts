import type { Tell } from "../../observer/mod.ts";
import { type Answer, missingText } from "./asking.ts";

/** Answers that are kept, to say who has not confirmed. */
const ANSWERS_MAX = 100;

/** What all parts were asked for of late, and who has not confirmed it. */
export class FleetAnswers {
  readonly #tell: Tell;
  /** By the plan time from which a change holds. */
  readonly #missing = new Map<number, string>();

  /** @param tell hears who has not confirmed a change */
  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** @returns the plan time from which it holds */
  note({ heldMs, missing, event }: Answer): number {
    const rest = missingText(missing);
    if (rest === "") return heldMs;
    this.#tell(`Change ${event.seq}${rest}`, "warn");
    this.#missing.set(heldMs, rest);
    const [oldest] = this.#missing.keys();
    if (this.#missing.size > ANSWERS_MAX) this.#missing.delete(oldest!);
    return heldMs;
  }

  /** Who has not confirmed what holds from a plan time, in words; empty = all have. */
  missingAt(heldMs: number): string {
    return this.#missing.get(heldMs) ?? "";
  }
}
