/**
 * What tests of `openConnect` share.
 *
 * @module
 */
import { openedConnect } from "../transport/opened.ts";
import assert from "node:assert/strict";
import type { TargetPlan } from "../../src/plan/mod.ts";
import type { ResolvedGrpcCall } from "../../src/transport/mod.ts";
import type { TlsTexts } from "../../src/transport/mod.ts";
import {
  Recorder,
  testCall,
  testTarget,
  withResolved,
} from "../transport/support.ts";

/** A unary call with a message. */
export const UNARY: ResolvedGrpcCall = {
  path: "/shop.v1.Cart/Add",
  kind: "unary",
  // Field 1 "hi", field 2 = 5, field 3 fixed32.
  messages: [Uint8Array.of(10, 2, 104, 105, 16, 5, 29, 1, 2, 3, 4)],
};

/** Makes `count` calls one after the other; their outcomes. */
export async function outcomesOf(
  over: Partial<TargetPlan>,
  options: {
    call?: ResolvedGrpcCall;
    tls?: Partial<TlsTexts>;
    count?: number;
  } = {},
): Promise<string[]> {
  const { call = UNARY, tls = {}, count = 1 } = options;
  const recorder = new Recorder({ maxBodyBytes: 1000, maxHeadBytes: 16_384 });
  const target = testTarget({ protocol: "grpc", ...over });
  const transport = openedConnect(
    target,
    withResolved(recorder, { grpc: call, tls }),
  );
  try {
    for (let i = 1; i <= count; i++) {
      assert.equal(transport.send(testCall()), true);
      await recorder.until(i);
    }
  } finally {
    await transport.close();
  }
  return recorder.outcomes;
}
