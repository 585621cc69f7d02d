import { LANES, lanesOf, WHOLE } from "../arrivals/mod.ts";
import { slotOf } from "../base/mod.ts";
import {
  highestMax,
  scenariosMs,
  type Traffic,
  type TrafficEvent,
} from "../pattern/mod.ts";
import {
  type PickedPacing,
  RUN_TARGETS_MAX,
  seriesName,
  seriesNames,
} from "../plan/mod.ts";
import { pickPacing, SETTLED_SLOTS, Shared } from "../worker/mod.ts";
import { BreakerWatch } from "./breaker_watch.ts";
import type { HealthWatch, RunDeps } from "./deps.ts";
import { ProofWatch, ThresholdWatch } from "./judging/mod.ts";
import { EventWriter } from "./event_writer.ts";
import { Lifecycle } from "./lifecycle.ts";
import { type Notes, openNotes, tellStart } from "./notes.ts";
import { PlanInForce } from "./plan_in_force.ts";
import { FIRST_PLAN, Reloads } from "./reloads.ts";
import { RunTotals } from "./run_totals.ts";
import {
  FirstRank,
  readSavedRun,
  type RestoredRun,
  trafficOf,
  withFormer,
} from "./saved/mod.ts";
import type { RunOptions, SteeredStart } from "./types.ts";
import { WorkerPool } from "./worker_pool.ts";

/** A run may begin with a plan that holds for so long: workers look at slots before their first one. */
export const BEHIND_SLOTS = SETTLED_SLOTS + 1;

/** What exists before plan time begins: what is counted, what is sent, and by whom. */
interface PreparedParts {
  readonly deps: RunDeps;
  readonly notes: Notes;
  readonly restored: RestoredRun | null;
  readonly inForce: PlanInForce;
  /** Share of the traffic that this run sends. */
  readonly share: number;
  readonly shared: Shared;
  readonly totals: RunTotals;
  readonly traffic: Traffic;
  readonly pacing: PickedPacing;
  readonly pool: WorkerPool;
  readonly proof: ProofWatch;
}

/** The parts of a run under way. */
export interface RunParts extends PreparedParts {
  readonly lifecycle: Lifecycle;
  readonly events: EventWriter;
  readonly breaker: BreakerWatch;
  readonly thresholds: ThresholdWatch;
  readonly reloads: Reloads;
  readonly health: HealthWatch;
}

/**
 * Starts the threads, lets plan time begin, and fires unless `armed`.
 *
 * @throws {KarError} when a worker cannot be made, or a saved state cannot be used
 */
export async function startParts(
  options: RunOptions,
  deps: RunDeps,
): Promise<RunParts> {
  const prepared = prepare(options, deps);
  await prepared.pool.open();
  const ranks = firstRankOf(prepared);
  const parts = begin(prepared, options);
  const { lifecycle, events, traffic, pool, shared, notes } = parts;
  const { startSlot, fireSlot } = lifecycle.planClock;
  const { steered, armed, restore } = options;
  const isToFire = steered || (!armed && restore === undefined);
  if (isToFire) events.write({ slot: fireSlot, kind: "fire" });
  if (steered) {
    events.begin(steeredEvents(parts, steered));
    if (steered.former?.length) foldFormer(parts);
    shared.heldBeat = Math.max(0, steered.heldSlot - startSlot);
  }
  // The time of an armed run begins when it is fired; that of a restored one
  // began long ago, or begins when it is fired.
  const { firedSlot } = traffic.events.at(Infinity);
  if (firedSlot !== null) lifecycle.endAfter(firedSlot - startSlot);
  const rank = ranks.before(startSlot, fireSlot);
  if (rank !== null) shared.noteRank(0, rank);
  pool.begin(lifecycle);
  const health = deps.watchHealth({
    removed: (target, removed) => shared.setRemoved(target, removed),
    log: notes.log,
  });
  deps.setup?.start({ ...notes, changed: () => pool.setUp() });
  tellStart(notes, {
    planClock: lifecycle.planClock,
    state: lifecycle.state(0),
    wallMs: deps.clock.wall(),
  });
  const reloads = new Reloads({
    ...parts,
    first: firstNumber(options),
    resolve: deps.resolve,
    check: () => lifecycle.check({ kind: "reload" }),
    taken: (sent) => {
      health.take(sent);
      const lengthMs = scenariosMs(sent.plan.pattern);
      // Who steers says when it ends.
      const isItsLength = options.durationMs === undefined && !steered;
      if (isItsLength && lengthMs !== null) lifecycle.lastFor(lengthMs);
    },
  });
  return { ...parts, health, reloads };
}

/** What events call the plan that the run begins with. */
function firstNumber({ steered }: RunOptions): number {
  return steered?.former?.length ?? FIRST_PLAN;
}

/**
 * Sums what plans before this one sent, and forgets them: workers have this one
 * alone.
 */
function foldFormer(
  { traffic, proof, lifecycle: { planClock } }: Pick<
    RunParts,
    "traffic" | "proof" | "lifecycle"
  >,
): void {
  const { startSlot } = planClock;
  traffic.settleBefore(startSlot - SETTLED_SLOTS);
  proof.leap();
}

/** What operators have changed of the plan, and the state of the predecessor's breaker. */
function steeredEvents(
  { restored, lifecycle: { planClock }, inForce: { plan } }: Pick<
    RunParts,
    "restored" | "lifecycle" | "inForce"
  >,
  { events }: SteeredStart,
): TrafficEvent[] {
  if (!restored?.breaker.isHolding || !plan.safety) return [...events];
  const { startSlot } = planClock;
  const slot = Math.max(startSlot, ...events.map(({ slot }) => slot));
  return [...events, { slot, kind: "level", value: 0, durationMs: 0 }];
}

/** What a run continues from; if others steer it, they know better. */
function restoredOf({ restore, steered }: RunOptions): RestoredRun | null {
  if (restore === undefined) return null;
  const restored = readSavedRun(restore);
  return steered ? { ...restored, rank: null } : restored;
}

function prepare(options: RunOptions, deps: RunDeps): PreparedParts {
  const { clock } = deps;
  const restored = restoredOf(options);
  const former = withFormer(
    { ...options, resolved: deps.resolved },
    restored?.totals,
  );
  const { plan } = former.sent;
  const notes = openNotes(options.log);
  for (const line of [...options.warnings ?? [], ...former.notes]) {
    notes.warn(line);
  }
  const inForce = new PlanInForce(former.sent);
  const totals = openTotals(inForce, { restored, notes, runId: deps.runId });
  const lanes = lanesOf(options.stripe ?? WHOLE);
  const share = lanes.length / LANES;
  const size = Math.min(deps.workers, lanes.length);
  const pacing = pickPacing(plan.pacing, {
    ratePerSec: highestMax(plan.pattern) * share,
    workers: size,
    cores: deps.cores ?? size,
  });
  const shared = Shared.create(RUN_TARGETS_MAX);
  const history = options.steered ? null : restored;
  const { former: patterns = [] } = options.steered ?? {};
  const traffic = trafficOf(history, plan, {
    ...{ wallMs: clock.wall(), patterns },
  });
  const pool = new WorkerPool({
    ...deps,
    ...notes,
    first: { number: firstNumber(options), plan: former.sent },
    lanes,
    size,
    parts: options.stripe?.count ?? 1,
    pacing,
    shared,
    totals,
    traffic,
  });
  const proof = new ProofWatch({
    ...{ traffic, totals, lanes },
    plans: () => pool.plans,
  });
  return {
    ...{ deps, notes, restored, inForce, share, proof },
    ...{ shared, totals, traffic, pacing, pool },
  };
}

/**
 * Where the ranks of arrivals begin; a long time that has to be counted is
 * counted before plan time begins.
 */
function firstRankOf(
  { inForce: { plan }, traffic, restored, share, deps: { clock } }:
    PreparedParts,
): FirstRank {
  const saved = restored?.rank ?? null;
  const ranks = new FirstRank({ plan, traffic, saved, isPart: share < 1 });
  const now = slotOf(clock.wall());
  if (saved !== null) ranks.before(now, now);
  return ranks;
}

function openTotals(
  inForce: PlanInForce,
  { restored, notes, runId }: {
    readonly restored: RestoredRun | null;
    readonly notes: Notes;
    readonly runId: string;
  },
): RunTotals {
  const { scenarios = [] } = inForce.plan.pattern;
  const totals = new RunTotals(runId, scenarios.length);
  if (restored !== null) {
    totals.restore(restored.totals, seriesNames(inForce.plan));
  }
  totals.reasons.onNew = ({ target, kind, reason }) => {
    // What kar itself ended at a stop is not reported.
    if (kind === "aborted") return;
    const name = seriesName(inForce.plan, target);
    notes.alarm(`Target ${name}: ${kind}: ${reason}`);
  };
  return totals;
}

/** Starts plan time. */
function begin(prepared: PreparedParts, options: RunOptions) {
  const { deps, notes, pool, restored } = prepared;
  const { clock } = deps;
  const lifecycle = new Lifecycle({
    ...prepared,
    clock,
    startMs: options.startMs ?? null,
    notBeforeMs: options.steered?.notBeforeMs,
    atMs: options.atMs ?? null,
    durationMs: options.durationMs ??
      scenariosMs(prepared.inForce.plan.pattern),
  });
  const { planClock } = lifecycle;
  const events = new EventWriter({
    ...{ ...prepared, ...notes, clock, planClock },
    haveSeen: (count) => pool.haveSeen(count),
    isLeaping: () => lifecycle.isLeaping(),
  });
  const breaker = new BreakerWatch({
    ...{ ...prepared, ...notes, clock, planClock, events },
    saved: restored?.breaker,
    hook: deps.openHook?.(notes.alarm) ?? null,
  });
  const { layout, collector: { own, all } } = prepared.totals;
  const thresholds = new ThresholdWatch({
    ...{ ...prepared, ...notes, layout, own, all },
    saved: restored?.verdict ?? null,
    trip: (reason) => breaker.trip(reason),
    stop: options.steered ? null : () => lifecycle.drain(),
  });
  return { ...prepared, lifecycle, events, breaker, thresholds };
}
