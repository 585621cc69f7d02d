import {
  type Cancel,
  type Clock,
  excerpt,
  expand,
  formatDuration,
  KarError,
  redact,
} from "../../base/mod.ts";
import { jsonPathOf } from "../../journey/mod.ts";
import {
  literalSecrets,
  setupNames,
  type SetupPlan,
  setupSecrets,
  type TargetPlan,
} from "../../plan/mod.ts";
import type { Vars } from "../../request/mod.ts";
import { loadClient, resolveTarget } from "../../transport/clients/mod.ts";
import {
  fieldSources,
  loadCompileJson,
  NO_SOURCES,
  stepContext,
} from "../../transport/mod.ts";
import type { SetupRun } from "../deps.ts";
import type { RunOptions } from "../types.ts";
import {
  doSetup,
  type SetupContext,
  type SetupOutcome,
} from "./setup_steps.ts";

/** What a setup needs beside the options of its run. */
export interface SetupOptions {
  readonly clock: Clock;
  readonly userAgent: string;
}

type Failed = Extract<SetupOutcome, { kind: "failed" }>;

/**
 * Does the setup of a run.
 *
 * @returns undefined where the plan has none
 * @throws {KarError} `cannotStart` when a step fails, which it names
 */
export async function openSetup(
  options: RunOptions,
  around: SetupOptions,
): Promise<SetupRun | undefined> {
  const { plan } = options;
  const { setup } = plan;
  if (setup === undefined) return undefined;
  const context = await contextOf(options, setup, around);
  const { cancel } = options;
  const done = await unlessCancelled(
    cancel,
    doSetup({
      ...context,
      ...(cancel && { cancel }),
    }),
  );
  if (done.kind === "failed") {
    throw new KarError(
      "cannotStart",
      `Setup failed at step ${done.step}: ${
        hiddenWhy(done, options)
      }; the run was not started`,
    );
  }
  options.log?.(describe(context), "info");
  return new SetupWatch(context, {
    first: done.values,
    whyOf: (failed) => hiddenWhy(failed, options),
  });
}

/**
 * Stops waiting when it is cancelled: an answer may be ten seconds away.
 *
 * @throws {KarError} `cancelled` once `cancel` is aborted
 */
async function unlessCancelled<Done>(
  cancel: AbortSignal | undefined,
  doing: Promise<Done>,
): Promise<Done> {
  if (cancel === undefined) return await doing;
  const { promise: never, reject } = Promise.withResolvers<never>();
  const give = () =>
    reject(
      new KarError(
        "cancelled",
        "Cancelled while the setup was done; nothing else was sent",
      ),
    );
  cancel.addEventListener("abort", give);
  try {
    if (cancel.aborted) give();
    return await Promise.race([never, doing]);
  } finally {
    cancel.removeEventListener("abort", give);
  }
}

async function contextOf(
  { plan, variables, sources = NO_SOURCES }: RunOptions,
  setup: SetupPlan,
  { clock, userAgent }: SetupOptions,
): Promise<SetupContext> {
  const { limits, pattern: { seed } } = plan;
  const open = async (request: TargetPlan) => {
    const context = {
      clock,
      limits: { ...limits, connections: 1 },
      userAgent,
      expand: (text: string) => expand(text, variables),
      sources: fieldSources({ ...sources, seed, limits, clock }),
      resolved: await resolveTarget(request, variables),
      ...await loadCompileJson(request),
    };
    return {
      context: stepContext(context, plan, request),
      client: await loadClient(request),
    };
  };
  const compileJsonPath = await jsonPathOf([setup]);
  return { clock, plan: { ...plan, setup }, compileJsonPath, open };
}

/** Why it failed, in words without any secret. */
function hiddenWhy(
  { why, values }: Failed,
  { plan, variables }: RunOptions,
): string {
  const secrets = { ...literalSecrets(plan, variables), ...variables };
  return excerpt(redact(redact(why, secrets), setupSecrets(plan, values)));
}

function describe({ plan }: SetupContext): string {
  const names = setupNames(plan).join(", ");
  const { length } = plan.setup.requests;
  const requests = length === 1 ? "1 request" : `${length} requests`;
  const captured = names === "" ? "" : `, captured ${names}`;
  return `Setup done: ${requests}${captured}`;
}

/** A setup that is done again and again. If it fails, the values from before stay. */
class SetupWatch implements SetupRun {
  readonly #context: SetupContext;
  readonly #whyOf: (failed: Failed) => string;
  #values: Vars;
  #cancel: Cancel = () => {};
  #isOver = false;

  constructor(
    context: SetupContext,
    { first, whyOf }: {
      readonly first: Vars;
      readonly whyOf: (failed: Failed) => string;
    },
  ) {
    this.#context = context;
    this.#values = first;
    this.#whyOf = whyOf;
  }

  get values(): Vars {
    return this.#values;
  }

  start(on: Parameters<SetupRun["start"]>[0]): void {
    const { clock, plan: { setup: { everyMs } } } = this.#context;
    if (everyMs === null) return;
    this.#cancel = clock.after(everyMs, async () => {
      await this.#again(on, everyMs);
      if (!this.#isOver) this.start(on);
    });
  }

  stop(): void {
    this.#isOver = true;
    this.#cancel();
  }

  async #again(
    { changed, log, warn }: Parameters<SetupRun["start"]>[0],
    everyMs: number,
  ): Promise<void> {
    const done = await this.#attempt();
    if (this.#isOver) return;
    if (done.kind === "failed") {
      const next = formatDuration(everyMs);
      return warn(
        `Setup failed at step ${done.step}: ${
          this.#whyOf(done)
        }; the values before it stay, next try in ${next}`,
      );
    }
    this.#values = done.values;
    changed();
    log(describe(this.#context));
  }

  /** A file of a certificate may be gone, or unreadable by now. */
  async #attempt(): Promise<SetupOutcome> {
    try {
      return await doSetup(this.#context);
    } catch (error) {
      if (!(error instanceof KarError)) throw error;
      const { message: why } = error;
      return { kind: "failed", step: "(none)", why, values: this.#values };
    }
  }
}
