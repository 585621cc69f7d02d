import process from "node:process";
import manifest from "../../deno.json" with { type: "json" };
import { type Clock, expand, redact } from "../base/mod.ts";
import { HealthMonitor, Webhook } from "../health/mod.ts";
import {
  type HealthPlan,
  literalSecrets,
  type Plan,
  setupSecrets,
  type TargetPlan,
} from "../plan/mod.ts";
import { reach, resolveTargets } from "../transport/clients/mod.ts";
import {
  fieldSources,
  NO_SOURCES,
  type Outcome,
  type ResolvedTarget,
  stepContext,
} from "../transport/mod.ts";
import {
  openThreads,
  RealClock,
  type SendPlan,
  workersFor,
} from "../worker/mod.ts";
import { openSetup } from "./setup/mod.ts";
import { UNRESOLVED } from "./saved/mod.ts";
import { EngineRun } from "./run.ts";
import type { HealthWatch, RunDeps, SetupRun } from "./deps.ts";
import type { RunOptions, SteeredRun } from "./types.ts";

/**
 * Starts a run in this process: real clock, real threads, real sockets. Tests
 * may open the threads in another way, with `open`.
 *
 * @throws {KarError} when a setting cannot work
 */
export async function startRun(
  options: RunOptions,
  open: typeof openThreads = openThreads,
): Promise<SteeredRun> {
  const { plan, variables } = options;
  const resolved = await resolveAll(plan, variables);
  const clock = options.steered?.clock ?? new RealClock();
  const runId = crypto.randomUUID().slice(0, 8);
  const userAgent = `kar/${manifest.version} (run ${runId})`;
  const setup = await openSetup(options, { clock, userAgent });
  const deps = realDeps(options, {
    ...{ resolved, open, clock, runId, userAgent, setup },
  });
  try {
    return await EngineRun.start(options, deps);
  } catch (error) {
    deps.close?.();
    throw error;
  }
}

async function resolveAll(
  { targets }: Plan,
  variables: Readonly<Record<string, string>>,
): Promise<ResolvedTarget[]> {
  const present = targets.filter(({ gone }) => !gone);
  const resolved = (await resolveTargets(present, variables)).values();
  return targets.map(({ gone }) => gone ? UNRESOLVED : resolved.next().value!);
}

function realDeps(
  options: RunOptions,
  { resolved, open, clock, runId, userAgent, setup }: {
    readonly resolved: readonly ResolvedTarget[];
    readonly open: typeof openThreads;
    readonly clock: Clock;
    readonly runId: string;
    readonly userAgent: string;
    readonly setup: SetupRun | undefined;
  },
): RunDeps {
  const { plan } = options;
  const cores = navigator.hardwareConcurrency;
  const workers = plan.workers === "auto"
    ? workersFor(plan, cores)
    : plan.workers;
  const threads = open({ workers, clock });
  return {
    clock,
    resolved,
    resolve: resolveAll,
    runId,
    userAgent,
    spawn: threads.spawn,
    ...(setup && { setup }),
    workers,
    cores,
    close: () => threads.close(),
    cost: processCost,
    ...(threads.noise && { noise: threads.noise }),
    openHook: (log) => new Webhook(clock, log),
    watchHealth: (on) => {
      const around = { clock, resolved, userAgent, setup, ...on };
      return plan.health.enabled ? watchHealth(options, around) : NO_CHECKS;
    },
  };
}

function processCost(): { cpuSec: number; rssBytes: number } {
  const { user, system } = process.cpuUsage();
  return {
    cpuSec: (user + system) / 1e6,
    rssBytes: Deno.memoryUsage().rss,
  };
}

/** Without health checks nothing is known. */
const NO_CHECKS: HealthWatch = {
  read: () => [],
  take: () => {},
  stop: () => {},
};

function watchHealth(
  { plan, variables, sources }: RunOptions,
  around: {
    readonly clock: Clock;
    readonly resolved: readonly ResolvedTarget[];
    readonly userAgent: string;
    readonly setup: SetupRun | undefined;
    readonly removed: (target: number, removed: boolean) => void;
    readonly log: (line: string) => void;
  },
): HealthWatch {
  // How to check comes from the first plan; which targets to check does not.
  const { health } = plan;
  let now: SendPlan = {
    ...{ plan, variables, resolved: around.resolved },
    ...(sources && { sources }),
  };
  const monitor = new HealthMonitor({
    health,
    targets: plan.targets,
    clock: around.clock,
    removed: around.removed,
    log: around.log,
    ask: async (i): Promise<Outcome> => {
      const { plan, variables, resolved, sources = NO_SOURCES } = now;
      const { targets, limits, pattern } = plan;
      const { clock, userAgent, setup } = around;
      const vars = setup?.values ?? null;
      const target = asChecked(targets[i]!, health);
      const context = {
        clock,
        limits,
        userAgent,
        vars,
        expand: (text: string) => expand(text, variables),
        sources: fieldSources({
          ...sources,
          seed: pattern.seed,
          limits,
          clock,
        }),
        ...(resolved[i] && { resolved: resolved[i] }),
      };
      const outcome = await reach(target, stepContext(context, plan, target));
      const secrets = {
        ...{ ...literalSecrets(plan, variables), ...variables },
        ...setupSecrets(plan, vars),
      };
      return { ...outcome, reason: redact(outcome.reason, secrets) };
    },
  });
  monitor.start();
  return {
    read: () => monitor.read(),
    take(next) {
      now = next;
      monitor.take(next.plan.targets);
    },
    stop: () => monitor.stop(),
  };
}

/** The target as health checks use it. */
function asChecked(target: TargetPlan, health: HealthPlan): TargetPlan {
  const asked = { ...target, timeoutMs: health.timeoutMs };
  if (health.url === null && health.method === null) return asked;
  const { content: _, ...bare } = asked;
  return {
    ...bare,
    url: health.url ?? target.url,
    method: health.method ?? "GET",
    body: null,
  };
}
