/**
 * A pool of connections to a test.
 *
 * @module
 */
import { buildPreface } from "../../../src/transport/http2/framing/mod.ts";
import type { HeaderField } from "../../../src/transport/http2/hpack/mod.ts";
import { HeadReader } from "../../../src/transport/http2/head.ts";
import {
  Http2Pool,
  type PoolOptions,
} from "../../../src/transport/http2/pool.ts";
import {
  buildRequest,
  type RequestTemplate,
} from "../../../src/transport/http2/request.ts";
import { HttpResponse } from "../../../src/transport/http2/response.ts";
import type { Exchange } from "../../../src/transport/mod.ts";
import { Recorder, StillClock, testCall } from "../support.ts";
import { FakeDialer, type FakeSocket, settings } from "./support.ts";

const FIELDS = [
  [":method", "GET"],
  [":scheme", "http"],
  [":authority", "test"],
  [":path", "/"],
].map(([name, value]) => ({ name: name!, value: value!, secret: false }));

/** How a stage differs from the plainest one. */
export interface StageOptions extends Partial<PoolOptions> {
  readonly body?: Uint8Array;
  readonly fields?: readonly HeaderField[];
  readonly maxBodyBytes?: number;
  readonly maxHeadBytes?: number;
  readonly connections?: number;
}

/** A pool, and everything around it in the test's hand. */
export class Stage {
  readonly clock = new StillClock();
  readonly dialer: FakeDialer;
  readonly recorder: Recorder;
  readonly pool: Http2Pool;
  readonly #request: RequestTemplate;

  constructor(options: StageOptions = {}) {
    const { body = new Uint8Array(0), connections = 100 } = options;
    const maxBodyBytes = options.maxBodyBytes ?? 1_000_000;
    const maxHeadBytes = options.maxHeadBytes ?? 65_536;
    const fields = options.fields ?? FIELDS;
    this.#request = buildRequest(fields, body);
    this.dialer = new FakeDialer(options.isTls ? "h2" : null);
    this.recorder = new Recorder({ connections, maxBodyBytes }, this.clock);
    this.pool = new Http2Pool(this.recorder, {
      clock: this.clock,
      dialer: this.dialer,
      timeoutMs: 1000,
      heads: new HeadReader(maxHeadBytes),
      preface: buildPreface(maxHeadBytes),
      newResponse: () =>
        new HttpResponse({
          maxBodyBytes,
          onRetryAfter: () => {},
        }),
      isTls: false,
      maxRequests: Infinity,
      maxAgeMs: Infinity,
      firstStream: 1,
      ...options,
    });
  }

  /** Sends calls, of the stage's request or of another; the result says how many were accepted. */
  send(count = 1, request = this.#request): number {
    let accepted = 0;
    for (let i = 0; i < count; i++) {
      const at = { sentMs: this.clock.now(), framed: request };
      const call: Exchange<RequestTemplate> = { ...testCall(), ...at };
      if (this.pool.send(call)) accepted++;
    }
    return accepted;
  }

  /** The next connection opens, and the peer says its settings. */
  async connect(
    values: Readonly<Record<number, number>> = {},
  ): Promise<FakeSocket> {
    const socket = await this.dialer.connect();
    socket.receive(settings(values));
    return socket;
  }

  /** Time goes on. */
  advance(ms: number): void {
    this.clock.runTo(this.clock.now() + ms);
  }

  get outcomes(): string[] {
    return this.recorder.outcomes;
  }
}
