import { ArrivalSource } from "../arrivals/mod.ts";
import { type Clock, expand } from "../base/mod.ts";
import { EventLog, type Pattern, Traffic } from "../pattern/mod.ts";
import { okRule, type Plan, type TargetPlan } from "../plan/mod.ts";
import { Layout, Recorder } from "../stats/mod.ts";
import type {
  OpenTransport,
  ResolvedTarget,
  Transport,
  TransportContext,
} from "../transport/mod.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Feed, type OpenPlan, type StartPoint } from "./feed.ts";
import { Shared } from "./shared.ts";
import { Timeline } from "./timeline.ts";

/** A plan with what its requests need beside it. */
export interface SendPlan {
  readonly plan: Plan;
  /** Value of each of `plan.variables`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Certificates and gRPC call of each target. */
  readonly resolved: readonly ResolvedTarget[];
}

/** Everything that one worker is told, fit for a structured clone. */
export interface SenderOptions {
  /** All plans of the run so far; `plan` events number them. */
  readonly plans: readonly SendPlan[];
  readonly userAgent: string;
  /** This worker's region of the statistics, for so many targets. */
  readonly stats: SharedArrayBuffer;
  readonly shared: SharedArrayBuffer;
  readonly targetsMax: number;
  readonly lanes: readonly number[];
  /** How many workers share the limits. */
  readonly workers: number;
}

/** Finds the client of a target. */
export type LoadClient = (target: TargetPlan) => Promise<OpenTransport>;

/** Time that requests of a plan that is over get beyond their timeout. */
const RETIRE_MARGIN_MS = 1000;

/** One worker's sending half, whatever thread it lives in. */
export class Sender {
  readonly #o: SenderOptions;
  readonly #clock: Clock;
  readonly #loadClient: LoadClient;
  readonly #shared: Shared;
  readonly #recorder: Recorder;
  readonly #patterns: Pattern[] = [];
  #traffic: Traffic | undefined;
  readonly #plans: OpenPlan[] = [];
  /** Open transports by everything they were opened with. */
  readonly #transports = new Map<string, Transport>();
  #dispatcher: Dispatcher | undefined;

  constructor(options: SenderOptions, clock: Clock, loadClient: LoadClient) {
    this.#o = options;
    this.#clock = clock;
    this.#loadClient = loadClient;
    this.#shared = new Shared(options.shared, options.targetsMax);
    const layout = new Layout(options.targetsMax);
    this.#recorder = new Recorder(options.stats, layout, []);
  }

  /** Loads the clients and opens the transports of all plans so far. */
  async open(): Promise<void> {
    for (const plan of this.#o.plans) await this.addPlan(plan);
  }

  /** Makes one more plan ready, for a later `plan` event. */
  async addPlan(next: SendPlan): Promise<void> {
    const { plan } = next;
    // A plan that cannot be opened has its number too, as in every other
    // thread; no event ever names it.
    this.#patterns.push(plan.pattern);
    this.#traffic?.addPattern(plan.pattern);
    const number = this.#patterns.length - 1;
    const transports: Transport[] = [];
    for (let i = 0; i < plan.targets.length; i++) {
      transports.push(await this.#transportOf(next, i));
    }
    this.#recorder.judgeBy(plan.targets.map(okRule));
    const rateAt = (slot: number) => this.#traffic!.rateAt(slot);
    const { lanes } = this.#o;
    this.#plans[number] = {
      limits: plan.limits,
      transports,
      openSource: (area) => new ArrivalSource({ plan, lanes, rateAt, area }),
    };
  }

  /** Begins to send. */
  start({ history, ...point }: StartPoint): void {
    const shared = this.#shared;
    const recorder = this.#recorder;
    const timeline = new Timeline(shared);
    const traffic = new Traffic(this.#patterns, new EventLog(history));
    this.#traffic = traffic;
    const feed = new Feed({
      shared,
      timeline,
      traffic,
      plans: this.#plans,
      recorder,
      switched: (from, to) => this.#retire(from, to),
    }, point);
    this.#dispatcher = new Dispatcher({
      clock: this.#clock,
      pacing: this.#o.plans[0]!.plan.pacing,
      shared,
      recorder,
      feed,
      secondAt: (monoMs) => timeline.secondAt(monoMs),
    });
    this.#dispatcher.start();
  }

  /** Ends everything at once: what waits is missed, what is open is aborted. */
  async close(): Promise<void> {
    this.#dispatcher?.halt();
    await this.#closeTransports();
  }

  /** Stops without counting anything more, as a thread that dies. */
  terminate(): void {
    this.#dispatcher?.kill();
    void this.#closeTransports();
  }

  async #closeTransports(): Promise<void> {
    const open = [...this.#transports.values()];
    await Promise.all(open.map((transport) => transport.close()));
  }

  /** The transport of a target; one that is opened the same way is used again. */
  async #transportOf(next: SendPlan, i: number): Promise<Transport> {
    const target = next.plan.targets[i]!;
    const resolved = next.resolved[i];
    const { limits } = next.plan;
    const { variables } = next;
    const key = JSON.stringify(
      [i, target, limits, variables, resolved],
      asText,
    );
    const known = this.#transports.get(key);
    if (known !== undefined) return known;
    const open = await this.#loadClient(target);
    const transport = open(target, this.#context(next, resolved));
    this.#transports.set(key, transport);
    return transport;
  }

  /** Closes what only the old plan uses, once its requests have had their time. */
  #retire(from: OpenPlan, to: OpenPlan): void {
    const old = from.transports.filter((t) => !to.transports.includes(t));
    const timeouts = this.#o.plans.flatMap(({ plan }) =>
      plan.targets.map(({ timeoutMs }) => timeoutMs)
    );
    this.#clock.after(Math.max(...timeouts) + RETIRE_MARGIN_MS, () => {
      for (const [key, transport] of this.#transports) {
        if (!old.includes(transport)) continue;
        this.#transports.delete(key);
        void transport.close();
      }
    });
  }

  #context(
    { plan, variables }: SendPlan,
    resolved: ResolvedTarget | undefined,
  ): TransportContext {
    const { userAgent, workers } = this.#o;
    const connections = Math.max(
      1,
      Math.floor(plan.limits.connections / workers),
    );
    return {
      clock: this.#clock,
      limits: { ...plan.limits, connections },
      userAgent,
      expand: (text) => expand(text, variables),
      done: (call, outcome) => this.#dispatcher!.done(call, outcome),
      retryAfter: (ms) => this.#shared.askSilence(this.#clock.now() + ms),
      ...(resolved && { resolved }),
    };
  }
}

/** Bytes as text, so that two different messages make two different keys. */
function asText(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Array.from(value) : value;
}
