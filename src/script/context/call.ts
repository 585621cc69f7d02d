import type { ScriptRequest } from "../types.ts";
import { asked, type WrittenAsk, wrong } from "./asked.ts";

/** A call of gRPC as a script writes it. */
export interface WrittenCall extends WrittenAsk {
  readonly message?: unknown;
  readonly metadata?: unknown;
}

const KEYS = ["message", "metadata"];

/**
 * Reads a call of a script.
 *
 * @throws {ScriptUseError} for one that is none
 */
export function calledOf(step: number, written: WrittenCall): ScriptRequest {
  const { headers, ...common } = asked(written, {
    ...{ what: "grpc", keys: KEYS, fields: "metadata", codes: [0, 16] },
  });
  const message = JSON.stringify(written.message ?? {});
  if (message === undefined) {
    throw wrong("grpc", "message", "what JSON can hold");
  }
  return { ...common, kind: "call", step, headers, message, keep: false };
}
