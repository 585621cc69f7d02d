import {
  FIT_SHARE,
  machineCount,
  machinesText,
  suchMachines,
} from "./machines.ts";
import { trustedPercentile } from "./noise.ts";
import type { DoctorFinding, Fitness, MachineMeasure } from "./types.ts";

/** Bounds from which on something is tight, and unfit. */
const BOUNDS = {
  longestMs: [20, 200],
  stillShare: [0.1, 0.5],
  stealShare: [0.01, 0.1],
  timerMs: [5, 50],
  /** Of what was sent to itself, the share that the plan wants. */
  rateShare: [FIT_SHARE, 1],
  clockMs: [2, 100],
} as const;

/** Descriptors beside those of connections: files, sockets of others, threads. */
const DESCRIPTORS_BESIDE = 100;
/** So long the system keeps a port that was used (TIME_WAIT). */
const PORT_SEC = 60;
const MEGABYTE = 1e6;
const MEMORY_MB = [400, 150] as const;
const DISK_MB = [1000, 100] as const;

/** Everything that was looked at, in the order in which it matters. */
export function findingsOf(measured: MachineMeasure): readonly DoctorFinding[] {
  return [
    still(measured),
    timers(measured),
    ...steal(measured),
    percentile(measured),
    rate(measured),
    ...descriptors(measured),
    ...ports(measured),
    ...memory(measured),
    clock(measured),
    ...disk(measured),
    ...metrics(measured),
    ...measured.targets.map(target),
  ];
}

/** The worst of some findings. */
export function fitnessOf(findings: readonly DoctorFinding[]): Fitness {
  const has = (fitness: Fitness) =>
    findings.some((finding) => finding.fitness === fitness);
  return has("unfit") ? "unfit" : has("tight") ? "tight" : "fit";
}

/** Advice is given only where it is needed. */
function finding(
  name: string,
  fitness: Fitness,
  { text, advice }: { readonly text: string; readonly advice: string },
): DoctorFinding {
  return { name, fitness, text, advice: fitness === "fit" ? null : advice };
}

function above(
  value: number,
  [tight, unfit]: readonly [tight: number, unfit: number],
): Fitness {
  return value > unfit ? "unfit" : value > tight ? "tight" : "fit";
}

function worse(a: Fitness, b: Fitness): Fitness {
  const order: readonly Fitness[] = ["fit", "tight", "unfit"];
  return order.indexOf(a) > order.indexOf(b) ? a : b;
}

function below(
  value: number,
  [tight, unfit]: readonly [tight: number, unfit: number],
): Fitness {
  return value < unfit ? "unfit" : value < tight ? "tight" : "fit";
}

function still({ noise }: MachineMeasure): DoctorFinding {
  const { longestMs, stillShare, lookedMs } = noise;
  // Many short halts hold up as much as a long one.
  const fitness = worse(
    above(longestMs, BOUNDS.longestMs),
    above(stillShare, BOUNDS.stillShare),
  );
  return finding("noise floor", fitness, {
    text: `stood still for ${longestMs.toFixed(1)}ms at most, ${
      percent(stillShare)
    } of ${Math.round(lookedMs)}ms`,
    advice:
      "other programs or other machines take its time: end them, or take a machine of its own",
  });
}

function timers(
  { noise: { timerP50Ms, timerMaxMs } }: MachineMeasure,
): DoctorFinding {
  return finding("timers", above(timerMaxMs, BOUNDS.timerMs), {
    text: `${timerP50Ms.toFixed(2)}ms late, ${timerMaxMs.toFixed(1)}ms at most`,
    advice: "pacing: exact waits without timers; or see the noise floor",
  });
}

function steal({ noise: { stealShare } }: MachineMeasure): DoctorFinding[] {
  if (stealShare === null) return [];
  return [finding("steal", above(stealShare, BOUNDS.stealShare), {
    text: `other machines on this host took ${percent(stealShare)} of its time`,
    advice: "take a machine with processors of its own",
  })];
}

function percentile({ noise, wanted }: MachineMeasure): DoctorFinding {
  const trusted = trustedPercentile(noise, wanted.rate);
  const fitness = trusted === null || trusted < 95
    ? "unfit"
    : trusted < 99
    ? "tight"
    : "fit";
  return finding("percentiles", fitness, {
    text: trusted === null
      ? `none can be trusted at ${short(wanted.rate)}/s in a minute`
      : `p${trusted} can be trusted, and what is below, at ${
        short(wanted.rate)
      }/s in a minute`,
    advice:
      "a quieter machine, a higher rate or a longer run: a percentile needs ten requests beyond it",
  });
}

function rate({ ownRate, wanted }: MachineMeasure): DoctorFinding {
  const share = ownRate === 0 ? Infinity : wanted.rate / ownRate;
  const count = machineCount(wanted.rate, ownRate);
  return finding("rate", above(share, BOUNDS.rateShare), {
    text: `sends at least ${short(ownRate)}/s to itself; the plan wants ${
      short(wanted.rate)
    }/s at most: ${machinesText(count)}`,
    advice: `a larger machine, or ${
      suchMachines(count.needed)
    } with --stripe I/N`,
  });
}

function descriptors({ descriptors, wanted }: MachineMeasure): DoctorFinding[] {
  if (descriptors === null) return [];
  const needed = wanted.connections + DESCRIPTORS_BESIDE;
  // Most runs need far fewer connections than they may open.
  const fitness = below(descriptors, [needed, DESCRIPTORS_BESIDE * 2]);
  return [finding("descriptors", fitness, {
    text: `${descriptors} may be open; the plan may open ${wanted.connections}`,
    advice: `ulimit -n ${needed}, or a lower limits.connections`,
  })];
}

function ports({ ports, wanted }: MachineMeasure): DoctorFinding[] {
  if (ports === null) return [];
  const { perConnection, rate, connections } = wanted;
  const used = perConnection === null
    ? connections
    : connections + rate / perConnection * PORT_SEC;
  return [finding("ports", above(used / ports, [0.7, 1]), {
    text: `${ports} for connections to one address; the plan may use ${
      Math.round(used)
    }`,
    advice:
      "a wider net.ipv4.ip_local_port_range, or more requests on each connection",
  })];
}

function memory({ freeMemoryBytes }: MachineMeasure): DoctorFinding[] {
  if (freeMemoryBytes === null) return [];
  const megabytes = freeMemoryBytes / MEGABYTE;
  return [finding("memory", below(megabytes, MEMORY_MB), {
    text: `${Math.round(megabytes)}MB free; a run takes some 140MB`,
    advice: "end other programs, or give kar more",
  })];
}

function clock(
  { clock: { stepMs, isSynchronized } }: MachineMeasure,
): DoctorFinding {
  const steps = above(Math.abs(stepMs), BOUNDS.clockMs);
  const fitness = steps === "fit" && isSynchronized === false ? "tight" : steps;
  const known = isSynchronized === null
    ? "whether it is synchronized is not known"
    : isSynchronized
    ? "synchronized"
    : "not synchronized";
  return finding("clock", fitness, {
    text: `${stepMs.toFixed(2)}ms off the monotonic one meanwhile; ${known}`,
    advice:
      "start NTP (timedatectl set-ntp true): plan time follows this clock",
  });
}

function disk({ disk }: MachineMeasure): DoctorFinding[] {
  if (disk === null) return [];
  const megabytes = disk.freeBytes / MEGABYTE;
  return [finding("disk", below(megabytes, DISK_MB), {
    text: `${Math.round(megabytes)}MB free for log and record in ${disk.path}`,
    advice: "make room, or name another folder with XDG_STATE_HOME",
  })];
}

function metrics({ metrics }: MachineMeasure): DoctorFinding[] {
  if (metrics === null) return [];
  const { address, isFree } = metrics;
  return [finding("metrics port", isFree ? "fit" : "tight", {
    text: `${address} is ${isFree ? "free" : "in use"}`,
    advice: "metrics.address chooses another one; else kar takes a free one",
  })];
}

function target(
  { name, isOk, text, isInsecure }: MachineMeasure["targets"][number],
): DoctorFinding {
  const tls = isInsecure ? "; its certificate is not verified" : "";
  const fitness = !isOk ? "unfit" : isInsecure ? "tight" : "fit";
  return finding(`target ${name}`, fitness, {
    text: text + tls,
    advice: isOk
      ? "tls.ca trusts a certificate of one's own"
      : "start it, or correct its address; docs/troubleshooting.md has the reasons",
  });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.001 ? 3 : 1)}%`;
}

function short(rate: number): string {
  return String(Number(rate.toPrecision(3)));
}
