import type { Cancel, Clock } from "../../base/mod.ts";
import type { PickedPacing } from "../../plan/mod.ts";
import { Lead } from "./lead.ts";
import { Budget, type PacingPolicy, POLICIES } from "./policies.ts";

/**
 * How often the clock is read in one turn of the event loop, about 5 µs, for
 * which input and output wait. A look costs 0.1 µs; a turn costs 0.9 µs and 700
 * bytes of garbage.
 */
const LOOKS_PER_TURN = 50;
/**
 * An instant that is nearer than this is waited for on the spot: a turn would
 * take as long. A longer wait would hold up answers that arrive meanwhile.
 */
const SPIN_MS = 0.02;
/** The most looks that this takes, should the clock not move. */
const SPIN_LOOKS = 400;
/** An instant that is nearer than the lead plus this is not worth a sleep. */
const TURN_MS = 0.01;
/** The cost of a wake, in both threads. */
const WAKE_COST_MS = 0.04;
/** A longer pause between two polls was work, or another program, and not polling. */
const POLL_PASS_MS_MAX = 0.5;

/** What a pacer calls. */
export interface PacerEvents {
  /** It is about time; more than one instant may have come. */
  readonly due: () => void;
  /** Time was spent on looking at the clock. */
  readonly polled: (ms: number) => void;
}

/**
 * Meets instants: sleeps until shortly before, and polls the clock for the last
 * stretch, as far as its policy allows.
 *
 *      sleep, by the keeper         turns        spin
 *   ├───────────────────────────┤├──┤├──┤├──┤├─────────┤● instant
 *                               ╰──── lead ────────────╯
 *
 * Without a keeper timers wake it, and the lead is 2.5 ms.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #policy: PacingPolicy;
  readonly #on: PacerEvents;
  readonly #lead: Lead;
  readonly #budget: Budget;
  readonly #turned: () => void;
  #cancel: Cancel = () => {};
  /** Numbers the requests to the keeper, which cannot be taken back. */
  #ask = 0;
  /** The instant for which a turn was taken; NaN = none. */
  #lookAtMs = NaN;
  #lookSinceMs = 0;
  /** The instant for which it sleeps. */
  #aimMs = 0;

  constructor(clock: Clock, pacing: PickedPacing, on: PacerEvents) {
    this.#clock = clock;
    const policy = POLICIES[pacing];
    this.#policy = policy;
    this.#on = on;
    this.#lead = new Lead(clock.wake !== undefined);
    this.#budget = new Budget(policy, clock.now());
    this.#turned = () => {
      if (!Number.isNaN(this.#lookAtMs)) this.#look();
      on.due();
    };
  }

  /**
   * Waits for an instant.
   *
   * @returns true when it has come already; otherwise `due` is called at about
   *   that time
   */
  wait(nowMs: number, atMs: number): boolean {
    const restMs = atMs - nowMs;
    if (restMs > 0 && !this.#budget.allows(nowMs)) {
      // Timers are never closer than that anyway.
      const apartMs = this.#clock.wake === undefined ? 0 : this.#policy.apartMs;
      return this.#sleep(nowMs, Math.max(atMs, nowMs + apartMs), 0);
    }
    if (restMs > 0 && restMs <= SPIN_MS && this.#spin(nowMs, atMs)) return true;
    if (restMs > this.#lead.ms + TURN_MS) {
      return this.#sleep(nowMs, atMs, this.#lead.ms);
    }
    this.#lookAtMs = atMs;
    this.#lookSinceMs = nowMs;
    this.turn();
    return false;
  }

  /** Calls `due` once input and output have had their turn. */
  turn(): void {
    this.#cancel = this.#clock.soon(this.#turned);
  }

  /** Calls `due` at about an instant, as late as timers are. */
  rest(nowMs: number, atMs: number): void {
    this.#cancel = this.#clock.after(atMs - nowMs, this.#on.due);
  }

  /** Calls `due` no more. */
  stop(): void {
    this.#ask++;
    this.#cancel();
  }

  #sleep(nowMs: number, aimMs: number, leadMs: number): boolean {
    const { wake } = this.#clock;
    if (wake === undefined) {
      this.rest(nowMs, aimMs - leadMs);
      return false;
    }
    const ask = ++this.#ask;
    this.#aimMs = aimMs;
    const hasToLead = leadMs > 0;
    this.#budget.spend(WAKE_COST_MS);
    const isAsked = wake(nowMs, aimMs - leadMs, () => {
      if (ask !== this.#ask) return;
      if (hasToLead) this.#lead.learn(this.#clock.now() - this.#aimMs);
      this.#on.due();
    });
    return !isAsked;
  }

  /** @returns whether the instant has come */
  #spin(sinceMs: number, atMs: number): boolean {
    let nowMs = sinceMs;
    for (let i = 0; i < SPIN_LOOKS && nowMs < atMs; i++) {
      nowMs = this.#clock.now();
    }
    this.#count(nowMs - sinceMs);
    return nowMs >= atMs;
  }

  /** Looks at the clock up to the instant, or for as long as may be. */
  #look(): void {
    let nowMs = this.#clock.now();
    for (let i = 1; i < LOOKS_PER_TURN && nowMs < this.#lookAtMs; i++) {
      nowMs = this.#clock.now();
    }
    this.#lookAtMs = NaN;
    this.#count(nowMs - this.#lookSinceMs);
  }

  #count(polledMs: number): void {
    const ms = Math.min(POLL_PASS_MS_MAX, polledMs);
    this.#budget.spend(ms);
    this.#on.polled(ms);
  }
}
