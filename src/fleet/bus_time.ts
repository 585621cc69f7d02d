import type { Clock } from "../base/mod.ts";
import type { ClockLook } from "./bus.ts";

/** Plan time is moved towards the bus's clock by this much of the time that passes. */
const SLEW = 0.0005;
/** How much two clocks may drift apart, as a share of the time since they were compared. */
const DRIFT = 0.0002;
/**
 * A look that is so much worse than what is known was delayed, for example by a
 * process that was stopped.
 */
const WORSE_MS_MAX = 20;
/** A clock that is known no better makes horizons short. */
export const CLOCK_ERROR_WARN_MS = 50;

/**
 * The bus's clock, on this machine: its monotonic clock and an offset, so that
 * no jump of the local wall clock is seen. Plan time goes by `wall`, which is
 * slewed and never stepped; promises go by `nowMs`, the best that is known.
 */
export class BusTime implements Clock {
  readonly #clock: Clock;
  /** The bus's clock less the monotonic one, as it is known. */
  #offsetMs: number;
  #errorMs: number;
  #lookedAtMs: number;
  /** The same as plan time has it, at an instant. */
  #slewedMs: number;
  #slewedAtMs: number;

  /** @param look the offset is to the monotonic clock */
  constructor(clock: Clock, look: ClockLook) {
    this.#clock = clock;
    this.#offsetMs = look.offsetMs;
    this.#errorMs = look.errorMs;
    this.#slewedMs = look.offsetMs;
    this.#lookedAtMs = this.#slewedAtMs = clock.now();
  }

  /** Takes the result of another look, unless that was delayed on its way. */
  take({ offsetMs, errorMs }: ClockLook): void {
    if (errorMs > this.errorMs + WORSE_MS_MAX) return;
    this.#slew();
    this.#offsetMs = offsetMs;
    this.#errorMs = errorMs;
    this.#lookedAtMs = this.#clock.now();
  }

  /** The bus's clock as far as it is known, milliseconds since the epoch. */
  nowMs(): number {
    return this.#clock.now() + this.#offsetMs;
  }

  /** How far `nowMs` may be off. */
  get errorMs(): number {
    return this.#errorMs + DRIFT * (this.#clock.now() - this.#lookedAtMs);
  }

  /** How far plan time is from `nowMs`. */
  get slewLeftMs(): number {
    this.#slew();
    return this.#offsetMs - this.#slewedMs;
  }

  now(): number {
    return this.#clock.now();
  }

  wall(): number {
    this.#slew();
    return this.#clock.now() + this.#slewedMs;
  }

  after(delayMs: number, task: () => void) {
    return this.#clock.after(delayMs, task);
  }

  soon(task: () => void) {
    return this.#clock.soon(task);
  }

  #slew(): void {
    const nowMs = this.#clock.now();
    const mostMs = SLEW * (nowMs - this.#slewedAtMs);
    const leftMs = this.#offsetMs - this.#slewedMs;
    this.#slewedMs += Math.sign(leftMs) * Math.min(Math.abs(leftMs), mostMs);
    this.#slewedAtMs = nowMs;
  }
}
