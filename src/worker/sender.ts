import { LANES } from "../arrivals/mod.ts";
import { type Clock, expand } from "../base/mod.ts";
import { openJourneys, SetupValues } from "../journey/mod.ts";
import { EventLog, type Pattern, Traffic } from "../pattern/mod.ts";
import {
  literalSecrets,
  okRule,
  type PickedPacing,
  RUN_JOURNEYS_MAX,
  setupSecrets,
  withNewer,
} from "../plan/mod.ts";
import type { Vars } from "../request/mod.ts";
import { Layout, ProofWriter, Recorder } from "../stats/mod.ts";
import {
  fieldSources,
  loadCompileJson,
  loadEncodeCall,
  NO_SOURCES,
  type OpenTarget,
  openTarget,
  type ResolvedTarget,
  stepContext,
  type TargetContext,
} from "../transport/mod.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { NumberedPlan, OpenPlan, SendPlan } from "./due.ts";
import { Feed, type StartPoint } from "./feed.ts";
import { partLimits } from "./part_limits.ts";
import { ReasonNotes } from "./reason_notes.ts";
import { openSources } from "./replay_source.ts";
import { SampleNotes } from "./samples/mod.ts";
import type { LoadClient, SenderDeps } from "./opened/deps.ts";
import { ScriptCache } from "./opened/script_cache.ts";
import { Shared } from "./shared.ts";
import { Timeline } from "./timeline.ts";
import {
  GONE,
  longestMs,
  TargetCache,
  targetKey,
} from "./opened/target_cache.ts";

/** Everything that one worker is given, fit for a structured clone. */
export interface SenderOptions {
  /** All plans of the run so far that are still needed. */
  readonly plans: readonly NumberedPlan[];
  readonly pacing: PickedPacing;
  readonly userAgent: string;
  /** This worker's region of the statistics, for so many targets. */
  readonly stats: SharedArrayBuffer;
  readonly shared: SharedArrayBuffer;
  readonly targetsMax: number;
  readonly lanes: readonly number[];
  /** The worker's place, from 0; a replacement has the place of the one that was lost. */
  readonly place: number;
  /** How many workers share the limits. */
  readonly workers: number;
  /** How many machines share them; absent = one. */
  readonly parts?: number;
  /** What the setup has captured; absent = there is none. */
  readonly setup?: Vars | null;
}

/** The sending half of one worker, whatever thread it lives in. */
export class Sender {
  readonly #o: SenderOptions;
  readonly #clock: Clock;
  readonly #loadClient: LoadClient;
  readonly #shared: Shared;
  readonly #recorder: Recorder;
  readonly #proof: ProofWriter;
  readonly #reasons: ReasonNotes;
  readonly #samples: SampleNotes;
  /** Patterns of the plans that were given before the start. */
  readonly #patterns = new Map<number, Pattern>();
  #traffic: Traffic | undefined;
  /** By number; plans that are over have left it. */
  readonly #plans = new Map<number, OpenPlan>();
  readonly #targets: TargetCache;
  readonly #scripts: ScriptCache;
  #dispatcher: Dispatcher | undefined;

  /** Values of the environment that no reason may show, by name. */
  #variables: Readonly<Record<string, string>> = {};
  readonly #setup: SetupValues;

  constructor(
    options: SenderOptions,
    clock: Clock,
    { loadClient, tell, openScript }: SenderDeps,
  ) {
    this.#o = options;
    this.#clock = clock;
    this.#loadClient = loadClient;
    this.#scripts = new ScriptCache(openScript);
    const notes = { clock, tell, variables: () => this.#variables };
    this.#reasons = new ReasonNotes(notes);
    this.#shared = new Shared(options.shared, options.targetsMax);
    // All plans of a run have the same scenarios.
    const { scenarios = [] } = options.plans[0]!.plan.plan.pattern;
    const layout = new Layout(
      options.targetsMax,
      RUN_JOURNEYS_MAX,
      scenarios.length,
    );
    this.#recorder = new Recorder(options.stats, layout, []);
    this.#samples = new SampleNotes({ ...notes, recorder: this.#recorder });
    this.#proof = new ProofWriter(options.stats, layout);
    this.#targets = new TargetCache(clock);
    const { setup = null } = options;
    this.#setup = new SetupValues(setup);
    this.#hide(setup);
  }

  /** Opens the targets of all plans so far. */
  async open(): Promise<void> {
    for (const plan of this.#o.plans) await this.addPlan(plan);
  }

  /** Makes one more plan ready, for a later `plan` event. */
  async addPlan({ number, plan: next }: NumberedPlan): Promise<void> {
    const { plan, variables } = next;
    this.#addPattern(number, plan.pattern);
    const secrets = { ...literalSecrets(plan, variables), ...variables };
    this.#variables = { ...this.#variables, ...secrets };
    try {
      const targets: OpenTarget[] = [];
      for (let i = 0; i < plan.targets.length; i++) {
        targets.push(await this.#openTarget(next, i));
      }
      this.#plans.set(number, await this.#openPlan(next, targets));
    } finally {
      // What a plan has opened that could not be opened completely is not used.
      this.#retireUnused();
    }
  }

  /** Takes the values that the setup has captured again. */
  setUp(values: Vars): void {
    this.#hide(values);
    this.#setup.take(values);
  }

  /**
   * Hides the setup's values in all reasons; requests with earlier values may
   * still be under way.
   */
  #hide(values: Vars | null): void {
    const secrets = setupSecrets(this.#o.plans[0]!.plan.plan, values);
    this.#variables = withNewer(this.#variables, secrets);
  }

  #addPattern(number: number, pattern: Pattern): void {
    if (this.#traffic) this.#traffic.addPattern(number, pattern);
    else this.#patterns.set(number, pattern);
  }

  async #openPlan(
    next: SendPlan,
    targets: readonly OpenTarget[],
  ): Promise<OpenPlan> {
    const { plan } = next;
    const isOk = plan.targets.map(okRule);
    const scripts = await this.#scripts.openAll(next);
    const journeys = await openJourneys({
      ...{ plan, isOk, scripts, requests: targets },
      wallMs: () => this.#clock.wall(),
    });
    return {
      limits: partLimits(plan.limits, this.#o.parts ?? 1),
      targets,
      isOk,
      journeys,
      isUniform: plan.arrivals === "uniform",
      hasLaw: plan.arrivals !== "replay",
      ...openSources(plan, this.#o.lanes, () => this.#traffic!),
    };
  }

  /** Begins to send. */
  start({ history, ...point }: StartPoint): void {
    const shared = this.#shared;
    const recorder = this.#recorder;
    const timeline = new Timeline(shared);
    const traffic = new Traffic(
      this.#patterns,
      new EventLog(history),
      history.area,
    );
    this.#traffic = traffic;
    const feed = new Feed({
      shared,
      timeline,
      traffic,
      plans: this.#plans,
      recorder,
      proof: this.#proof,
      share: this.#o.lanes.length / LANES,
      switched: (to) => this.#retireBefore(to),
    }, point);
    this.#dispatcher = new Dispatcher({
      clock: this.#clock,
      pacing: this.#o.pacing,
      shared,
      recorder,
      proof: this.#proof,
      due: feed,
      failed: (exchange, outcome) => this.#reasons.note(exchange, outcome),
      samples: this.#samples,
      setup: this.#setup,
      secondAt: (monoMs) => timeline.secondAt(monoMs),
    });
    this.#dispatcher.start();
  }

  /** Ends everything at once: what waits is missed, what is open is aborted. */
  async close(): Promise<void> {
    this.#dispatcher?.halt();
    await this.#targets.close();
    this.#scripts.close();
    this.#reasons.flush();
    this.#samples.flush();
  }

  /** Stops without counting anything more, as a thread that dies. */
  terminate(): void {
    this.#dispatcher?.kill();
    this.#reasons.drop();
    this.#samples.drop();
    this.#scripts.close();
    void this.#targets.close();
  }

  #openTarget(next: SendPlan, i: number): Promise<OpenTarget> {
    const target = next.plan.targets[i]!;
    if (target.gone) return Promise.resolve(GONE);
    const resolved = next.resolved[i];
    const key = targetKey(next, i);
    return this.#targets.take(key, {
      timeoutMs: longestMs(next.plan, target),
      open: async () => {
        const open = await this.#loadClient(target);
        const context = {
          ...this.#context(next, resolved),
          ...await loadCompileJson(target),
          ...await loadEncodeCall(resolved),
        };
        return openTarget(
          target,
          stepContext(context, next.plan, target),
          open,
        );
      },
    });
  }

  /** Forgets the plans before one, and what only they use. */
  #retireBefore(number: number): void {
    for (const n of this.#plans.keys()) {
      if (n < number) this.#plans.delete(n);
    }
    this.#retireUnused();
  }

  /** Closes everything held that no plan uses. */
  #retireUnused(): void {
    const plans = [...this.#plans.values()];
    this.#targets.retire(new Set(plans.flatMap(({ targets }) => targets)));
    const scripts = plans.flatMap(({ journeys }) =>
      journeys.flatMap(({ script }) => script === null ? [] : [script])
    );
    this.#scripts.retire(new Set(scripts));
  }

  #context(
    { plan, variables, sources = NO_SOURCES }: SendPlan,
    resolved: ResolvedTarget | undefined,
  ): TargetContext {
    const { pattern: { seed } } = plan;
    const { userAgent, workers, parts = 1 } = this.#o;
    const limits = partLimits(plan.limits, parts);
    const connections = Math.max(1, Math.floor(limits.connections / workers));
    return {
      clock: this.#clock,
      limits: { ...limits, connections },
      userAgent,
      expand: (text) => expand(text, variables),
      sources: fieldSources({ ...sources, seed, limits, clock: this.#clock }),
      done: (exchange, outcome) => this.#dispatcher!.done(exchange, outcome),
      bodyFor: (exchange, code) => this.#samples.bodyFor(exchange, code),
      // Without a circuit breaker it has no effect.
      ...(plan.safety && {
        retryAfter: (ms: number) =>
          this.#shared.askBackoff(this.#clock.now() + ms),
      }),
      ...(resolved && { resolved }),
    };
  }
}
