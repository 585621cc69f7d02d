import {
  durationFromMs,
  durationMs,
  timestampFromMs,
  timestampMs,
} from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { assert, KarError, messageOf } from "../../base/mod.ts";
import type { Action, Run } from "../../run/mod.ts";
import type { Control } from "../../gen/kar/v1/control_pb.ts";
import type { RunState } from "../../stats/mod.ts";
import { EXIT_HEADER } from "../contract.ts";
import { setAction } from "./actions.ts";
import { type About, type SeenRun, statusOf, withParts } from "./status.ts";

/** A run, and what may be asked of it. */
export interface Controlled {
  readonly about: About;
  readonly run: Run;
  /** Things to know of what serves the run. */
  readonly warnings: () => readonly string[];
  /** Makes a change outlive the process, as far as that is quickly done. */
  readonly keep: () => Promise<void>;
  /** Reads the plan again and takes it. */
  readonly reload: () => Promise<Reloaded>;
}

/** What came of a reload. */
export interface Reloaded {
  /** Plan time from which the new plan holds, milliseconds since the epoch. */
  readonly holdsFromMs: number;
  /** What is different, one line each. */
  readonly changes: readonly string[];
}

/** Time that an end takes beside waiting for open requests. */
const END_MARGIN_MS = 5000;

/** What the control API does, for any server. */
export function controlService(
  { about, run, warnings, keep, reload }: Controlled,
): ServiceImpl<typeof Control> {
  const apply = async (action: Action) => await kept(await run.apply(action));
  const kept = async (holdsFromMs: number) => {
    await keep();
    return changed(run, holdsFromMs);
  };
  return told({
    status: async ({ part }) => {
      const seen = await seenOf(run, part);
      return withParts(statusOf(seen.snapshot, about, warnings()), seen);
    },
    explain: ({ at }) => explained(run, at && timestampMs(at)),
    trigger: async () => await kept(await trigger(run)),
    pause: () => apply({ kind: "pause" }),
    resume: () => apply({ kind: "resume" }),
    spike: ({ factor, duration }) =>
      apply({
        kind: "spike",
        factor,
        durationMs: duration && durationMs(duration),
      }),
    set: ({ key, value }) => apply(setAction(key, value)),
    reload: async () => {
      const { holdsFromMs, changes } = await reload().catch(oldPlanGoesOn);
      return { ...changed(run, holdsFromMs), changes: [...changes] };
    },
    stop: (how) => stop(run, how),
  });
}

/** Of a part of a fleet's run: of all parts, unless it is asked for itself. */
async function seenOf(run: Run, isOfPart: boolean): Promise<SeenRun> {
  const { part = 0 } = run.parts ?? {};
  if (run.parts === undefined || isOfPart) {
    return { snapshot: run.snapshot(), part, parts: [] };
  }
  return { ...await run.parts.look(), part };
}

/** A refused reload also says which plan stays in force. */
function oldPlanGoesOn(error: unknown): never {
  if (!(error instanceof KarError)) throw error;
  const message = `${error.message}\nNot reloaded, the old plan goes on`;
  throw new KarError(error.exit, message, { cause: error });
}

function explained(run: Run, atMs?: number) {
  const { timeMs, isBaseSet, isMaxSet, factors, ...rest } = run.explain(atMs);
  return {
    ...rest,
    at: timestampFromMs(Math.floor(timeMs)),
    zone: run.snapshot().plan.pattern.zone,
    baseIsSet: isBaseSet,
    maxIsSet: isMaxSet,
    factors: [...factors],
  };
}

function changed(run: Run, holdsFromMs: number) {
  const notConfirmed = run.unconfirmedAt?.(holdsFromMs) ?? "";
  return { holdsFrom: timestampFromMs(holdsFromMs), notConfirmed };
}

/** States that a trigger ends. */
const TRIGGERED: readonly RunState[] = ["armed", "paused", "tripped"];

/** Armed fires, paused and tripped resume. */
async function trigger(run: Run): Promise<number> {
  for (const kind of ["fire", "resume"] as const) {
    try {
      return await run.apply({ kind });
    } catch (error) {
      // Asked and not looked up: the last snapshot may be a moment old.
      const isRefused = error instanceof KarError && error.exit === "usage";
      if (!isRefused) throw error;
    }
  }
  const { state } = run.snapshot();
  // It is refused, so somebody's trigger holds from a slot that is still ahead.
  const is = TRIGGERED.includes(state) ? "about to fire" : state;
  throw new KarError(
    "usage",
    `Cannot trigger: the run is ${is}; it must be armed, paused or tripped`,
  );
}

/** Ends a run, or all parts of a fleet's. */
async function stop(
  run: Run,
  { now, part }: { readonly now: boolean; readonly part: boolean },
) {
  const isWhole = run.endAll !== undefined && !now && !part;
  const endedMs = isWhole ? await endedAll(run) : null;
  if (now) run.stop();
  else if (!isWhole) run.drain();
  const { endMs, nowMs, plan } = run.snapshot();
  const holdsFromMs = endedMs ?? endMs;
  assert(holdsFromMs !== null, "a run that was told to end has an end");
  const openMs = now ? 0 : plan.shutdownTimeoutMs;
  const aheadMs = isWhole ? Math.max(0, Math.ceil(holdsFromMs - nowMs)) : 0;
  return {
    holdsFrom: timestampFromMs(holdsFromMs),
    endsWithin: durationFromMs(aheadMs + openMs + END_MARGIN_MS),
    notConfirmed: run.unconfirmedAt?.(holdsFromMs) ?? "",
  };
}

async function endedAll(run: Run): Promise<number> {
  try {
    return await run.endAll!();
  } catch (error) {
    if (!(error instanceof KarError)) throw error;
    throw new KarError(
      error.exit,
      `${error.message}; kar stop --part ends this part alone`,
      { cause: error },
    );
  }
}

type Method = (...args: never[]) => unknown;

/** Lets no method throw anything but what its caller should read. */
function told<Methods extends Record<string, Method>>(
  methods: Methods,
): Methods {
  const wrapped = Object.entries(methods).map(([name, method]) => [
    name,
    async (...args: never[]) => {
      try {
        return await method(...args);
      } catch (error) {
        throw toConnectError(error);
      }
    },
  ]);
  return Object.fromEntries(wrapped);
}

/** A user's error keeps its message and exit code; anything else is reported as a bug. */
function toConnectError(error: unknown): ConnectError {
  if (error instanceof KarError) {
    const header = { [EXIT_HEADER]: error.exit };
    return new ConnectError(error.message, Code.FailedPrecondition, header);
  }
  return new ConnectError(`a bug in kar: ${messageOf(error)}`, Code.Internal, {
    [EXIT_HEADER]: "bug",
  });
}
