import type { ScriptRequest, ScriptSays } from "./types.ts";

const KINDS: ReadonlySet<unknown> = new Set(["script", "check"]);

/** Whether a message of a thread about a journey is a valid one. */
export function isSound(said: unknown, steps: number): said is ScriptSays {
  if (!isObject(said)) return false;
  switch (said.kind) {
    case "http":
      return isAsked(said.asked, steps);
    case "think":
      return typeof said.ms === "number" && said.ms >= 0;
    case "done":
      return said.failure === null ||
        isObject(said.failure) && KINDS.has(said.failure.kind) &&
          typeof said.failure.reason === "string";
    default:
      return false;
  }
}

function isAsked(asked: unknown, steps: number): asked is ScriptRequest {
  if (!isObject(asked)) return false;
  const { step, method, path, headers, body, keep, mayFail } = asked;
  return Number.isInteger(step) && Number(step) >= 0 && Number(step) < steps &&
    typeof method === "string" && typeof path === "string" &&
    typeof keep === "boolean" && typeof mayFail === "boolean" &&
    (body === null || body instanceof Uint8Array) &&
    Array.isArray(headers) &&
    headers.every((header) =>
      Array.isArray(header) && header.length === 2 &&
      header.every((text) => typeof text === "string")
    );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
