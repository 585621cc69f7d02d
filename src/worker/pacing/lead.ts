/** Share of wakes that come before their instant. */
const IN_TIME = 0.9;
/** A lead to begin with is a guess: the first wakes move it by more. */
const FIRST_WAKES = 256;
const FIRST_STEP_MS = 0.01;
const STEP_MS = 0.001;
/** Too long a lead costs a little polling; with too short a one, requests are late. */
const LEAD_MS_MAX = 0.3;
/** Timers are late by 1–2 ms. */
const TIMER_LEAD_MS = 2.5;

/**
 * How long before an instant the sender has itself woken, so that nine of ten
 * wakes come in time, of those that a lead can help.
 *
 * The quantile of how late wakes are, followed by stochastic approximation: a
 * late wake lengthens the lead by 0.9 steps, one in time shortens it by 0.1,
 * so that it rests where one of ten is late. A mean would follow the outliers.
 * (Robbins and Monro 1951.)
 */
export class Lead {
  /** In milliseconds. */
  ms: number;
  #wakes = 0;
  readonly #learns: boolean;

  /** Of a keeper's wakes, which are learned, or of timers. */
  constructor(hasKeeper: boolean) {
    this.#learns = hasKeeper;
    this.ms = hasKeeper ? LEAD_MS_MAX : TIMER_LEAD_MS;
  }

  /** Learns from a wake how late it was for its instant; below 0 = in time. */
  learn(latenessMs: number): void {
    // A wake that no lead could have met, on a busy machine, says nothing: a
    // longer wait on the spot would only take more from others that are late.
    const isHopeless = latenessMs + this.ms > LEAD_MS_MAX;
    if (!this.#learns || isHopeless) return;
    const step = this.#wakes++ < FIRST_WAKES ? FIRST_STEP_MS : STEP_MS;
    const change = latenessMs > 0 ? step * IN_TIME : step * (IN_TIME - 1);
    this.ms = Math.min(LEAD_MS_MAX, Math.max(0, this.ms + change));
  }
}
