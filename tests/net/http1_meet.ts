/**
 * A meeting of the wire with a server that follows a script.
 *
 * @module
 */
import { openedHttp1 } from "../transport/opened.ts";
import assert from "node:assert/strict";
import type { TargetPlan } from "../../src/plan/mod.ts";
import { type ConnectionCounts } from "../../src/transport/http1/mod.ts";
import { until } from "../fixtures/until.ts";
import { Recorder, testCall, testTarget } from "../transport/support.ts";
import { type Script, startFaultyServer } from "./faulty_server.ts";

/** Options of a test that must leave nothing open. */
export const CLEAN = { sanitizeOps: true, sanitizeResources: true };

/** What a target saw, and what its caller was told. */
export interface Meeting {
  readonly outcomes: readonly string[];
  readonly requests: number;
  readonly connections: number;
  readonly counts: ConnectionCounts;
}

export interface MeetingOptions extends Partial<TargetPlan> {
  /** Calls, one after the other; default 1. */
  readonly calls?: number;
  /** Waits so long after each call. */
  readonly pauseMs?: number;
  /** Waits after each call until this holds of what so many have come to. */
  readonly settled?: (counts: ConnectionCounts, calls: number) => boolean;
  readonly maxBodyBytes?: number;
}

/** Sends calls one after the other to a server that follows a script. */
export async function meet(
  script: Script,
  options: MeetingOptions = {},
): Promise<Meeting> {
  const { calls = 1, pauseMs = 0, settled, maxBodyBytes = 1000, ...over } =
    options;
  await using server = await startFaultyServer(script);
  const recorder = new Recorder({ maxBodyBytes });
  const target = testTarget({ url: server.origin, ...over });
  const transport = openedHttp1(target, recorder);
  try {
    for (let i = 1; i <= calls; i++) {
      assert.equal(transport.send(testCall()), true);
      await recorder.until(i);
      if (pauseMs > 0) await pause(pauseMs);
      await until("it settles", () => settled?.(transport.counts, i) ?? true);
    }
  } finally {
    await transport.close();
  }
  const { requests, connections } = server;
  const { outcomes } = recorder;
  return { outcomes, requests, connections, counts: transport.counts };
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A script that says the same to everybody. */
export function sends(...texts: string[]): Script {
  return () => texts.map((bytes) => ({ act: "send", bytes }));
}
