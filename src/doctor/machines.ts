/**
 * Of what a machine sent to itself, the share that it may be asked for: the
 * server took a share of the machine then, and a target answers more slowly.
 */
export const FIT_SHARE = 0.5;

/** A traffic has this many lanes: it cannot be cut finer. */
const MACHINES_MAX = 256;

/** What a plan's peak wants of machines that are all like one. */
export interface MachineCount {
  /** Highest rate of the plan, requests a second. */
  readonly peakRate: number;
  /** Requests a second that the one sent to itself. */
  readonly ownRate: number;
  /** Requests a second that each sends at most and is still fit. */
  readonly eachRate: number;
  /** Machines that are needed; null = more than a traffic has parts. */
  readonly needed: number | null;
}

/** How many machines a plan's peak wants. Rates in requests a second. */
export function machineCount(peakRate: number, ownRate: number): MachineCount {
  return {
    peakRate,
    ownRate,
    eachRate: ownRate * FIT_SHARE,
    needed: machinesFor(peakRate, ownRate),
  };
}

/**
 * How many machines send a rate of which each could send more by itself, so
 * that each is fit; null = more than a traffic has parts.
 */
export function machinesFor(rate: number, ownRate: number): number | null {
  const machines = Math.max(1, Math.ceil(rate / (ownRate * FIT_SHARE)));
  return machines <= MACHINES_MAX ? machines : null;
}

/** The count in words, such as "3 such machines are needed". */
export function machinesText({ needed }: MachineCount): string {
  if (needed === 1) return "one such machine is enough";
  return `${suchMachines(needed)} are needed`;
}

/** Such as "3 such machines"; null = more than there are parts. */
export function suchMachines(needed: number | null): string {
  return `${needed ?? `more than ${MACHINES_MAX}`} such machines`;
}
