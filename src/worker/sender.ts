import { ArrivalSource } from "../arrivals/mod.ts";
import { type Clock, expand } from "../base/mod.ts";
import { type EventHistory, EventLog, Traffic } from "../pattern/mod.ts";
import { okRule, type Plan } from "../plan/mod.ts";
import { Layout, Recorder } from "../stats/mod.ts";
import type { OpenTransport, TransportContext } from "../transport/mod.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Feed } from "./feed.ts";
import { Shared } from "./shared.ts";
import { type Position, Timeline } from "./timeline.ts";

/** Everything that one worker is told, fit for a structured clone. */
export interface SenderOptions {
  readonly plan: Plan;
  /** Value of each of `plan.variables`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly userAgent: string;
  /** This worker's region of the statistics. */
  readonly stats: SharedArrayBuffer;
  readonly shared: SharedArrayBuffer;
  readonly lanes: readonly number[];
  /** How many workers share the limits. */
  readonly workers: number;
  /** Events so far, and how many of the shared ones they contain. */
  readonly history: EventHistory;
  readonly eventsSeen: number;
}

/** Where a worker begins. */
export interface StartPoint {
  /** The first slot that it sends. */
  readonly first: Position;
  /** Monotonic instant at which the run began. */
  readonly runStartMs: number;
}

/** One worker's sending half, whatever thread it lives in. */
export class Sender {
  readonly #o: SenderOptions;
  readonly #clock: Clock;
  readonly #open: OpenTransport;
  #dispatcher: Dispatcher | undefined;
  #closeTransports: () => Promise<void> = () => Promise.resolve();

  constructor(options: SenderOptions, clock: Clock, open: OpenTransport) {
    this.#o = options;
    this.#clock = clock;
    this.#open = open;
  }

  /** Opens the transports and sends from slot `first` on. */
  start({ first, runStartMs }: StartPoint): void {
    const { plan } = this.#o;
    const shared = new Shared(this.#o.shared, plan.targets.length);
    const recorder = this.#recorder();
    const secondAt = secondsOf(shared, runStartMs);
    const transports = plan.targets.map((target) =>
      this.#open(target, this.#context())
    );
    this.#closeTransports = async () => {
      await Promise.all(transports.map((transport) => transport.close()));
    };
    const feed = this.#feed({ shared, recorder, secondAt, first });
    this.#dispatcher = new Dispatcher({
      clock: this.#clock,
      pacing: plan.pacing,
      limits: plan.limits,
      shared,
      recorder,
      feed,
      transports,
      secondAt,
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

  #recorder(): Recorder {
    const { plan, stats } = this.#o;
    const layout = new Layout(plan.targets.length);
    return new Recorder(stats, layout, plan.targets.map(okRule));
  }

  #feed({ shared, recorder, secondAt, first }: {
    readonly shared: Shared;
    readonly recorder: Recorder;
    readonly secondAt: (monoMs: number) => number;
    readonly first: Position;
  }): Feed {
    const { plan, lanes, history, eventsSeen } = this.#o;
    const traffic = new Traffic([plan.pattern], new EventLog(history));
    const rateAt = (slot: number) => traffic.partsAt(slot).rate;
    return new Feed({
      shared,
      timeline: new Timeline(shared),
      traffic,
      openSource: () => new ArrivalSource({ plan, lanes, rateAt }),
      recorder,
      eventsSeen,
      secondAt,
    }, first);
  }

  #context(): TransportContext {
    const { plan, variables, userAgent, workers } = this.#o;
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
    };
  }
}

/** Second of the run at a monotonic instant; after the last slot, its second. */
function secondsOf(
  shared: Shared,
  runStartMs: number,
): (monoMs: number) => number {
  return (monoMs) => {
    const second = Math.floor((monoMs - runStartMs) / 1000);
    return Math.max(0, Math.min(second, shared.lastSecond));
  };
}
