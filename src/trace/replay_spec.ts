/** How a trace is sent: part of a plan, frozen and serialisable. */
export interface ReplaySpec {
  /** Path of the packed trace. */
  readonly trace: string;
  /** SHA-256 of its body. */
  readonly digest: string;
  /** From the first instant to the last, in microseconds of the trace. */
  readonly spanUs: number;
  /** Mean gap between two of its arrivals, which separates two loops. */
  readonly gapUs: number;
  /** By the trace's own numbers of forms, the target that each goes to; −1 = none. */
  readonly targets: readonly number[];
  /** Seconds of the trace in a second of the plan. */
  readonly speed: number;
  /** Copies of the traffic: 3 = three times the users. */
  readonly rate: number;
  /** How far copies are moved apart, in microseconds of the trace. */
  readonly shiftUs: number;
  /** How often the trace is sent, one time after the other. */
  readonly loop: number;
}

/** One copy of the traffic. */
export interface TraceCopy {
  /** Moved by this much, in microseconds of the trace. */
  readonly shiftUs: number;
  /** The parts of the clients (of 256) below this are sent. */
  readonly parts: number;
}

/** Parts into which clients are divided. */
const PARTS = 256;

/**
 * Whole copies, each moved by `shift` more than the one before, and of the last
 * one a part of the clients, so that visits stay whole.
 */
export function copiesOf({ rate, shiftUs }: ReplaySpec): TraceCopy[] {
  const whole = Math.floor(rate + 1e-9);
  const rest = Math.round((rate - whole) * PARTS);
  return [
    ...Array.from({ length: whole }, (_, c) => ({
      shiftUs: c * shiftUs,
      parts: PARTS,
    })),
    ...(rest > 0 ? [{ shiftUs: whole * shiftUs, parts: rest }] : []),
  ];
}

/** How long a replay takes, in microseconds of the plan. */
export function lengthUsOf(spec: ReplaySpec): number {
  const { spanUs, gapUs, loop, speed } = spec;
  const moved = copiesOf(spec).at(-1)?.shiftUs ?? 0;
  return (loop * (spanUs + gapUs) + moved) / speed;
}
