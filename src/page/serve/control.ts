import { timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { isSameOrigin } from "./hosts.ts";

/** What the page may ask of a run. */
const PAGE_ACTIONS = [
  "fire",
  "pause",
  "resume",
  "spike",
  "scale",
  "stop",
] as const;

/** One of `PAGE_ACTIONS`. */
export type PageActionKind = typeof PAGE_ACTIONS[number];

/** One valid request for a change. */
export interface PageAction {
  readonly kind: PageActionKind;
  /** Of `scale`: what the rate is multiplied with. */
  readonly value: number;
}

/** How the page changes the traffic. */
export interface PageControl {
  readonly token: string;
  /**
   * @returns the result, in words; @throws {KarError} when the run refuses
   */
  readonly act: (action: PageAction) => Promise<string>;
}

/** An answer: a code of HTTP and a line. */
export type ControlAnswer = readonly [status: number, text: string];

const BODY_BYTES_MAX = 1024;
const JSON_TYPE = "application/json";

/** Does what a request asks for, if it may. */
export async function controlled(
  request: IncomingMessage,
  control: PageControl | null,
): Promise<ControlAnswer> {
  if (control === null) return [404, "ui.control is off"];
  if (request.method !== "POST") return [405, "Ask by POST"];
  if (!isSameOrigin(request.headers)) {
    return [403, "Only the page itself may ask"];
  }
  if (!holdsToken(request.headers.authorization, control.token)) {
    return [401, "The token is wrong or missing: kar printed it at its start"];
  }
  if (request.headers["content-type"] !== JSON_TYPE) {
    return [415, `Write ${JSON_TYPE}`];
  }
  const body = await bodyOf(request);
  const action = body === null ? null : actionOf(body);
  if (action === null) {
    return [
      400,
      `Write {"action": "pause"}, with one of ${
        PAGE_ACTIONS.join(", ")
      }; scale wants a "value" as well`,
    ];
  }
  return await answered(control, action);
}

async function answered(
  { act }: PageControl,
  action: PageAction,
): Promise<ControlAnswer> {
  try {
    return [200, await act(action)];
  } catch (error) {
    return [409, error instanceof Error ? error.message : "refused"];
  }
}

/** Compares in a time that does not tell how much was right. */
function holdsToken(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > BODY_BYTES_MAX) return null;
  }
  return text;
}

function actionOf(body: string): PageAction | null {
  try {
    const { action, value } = JSON.parse(body);
    if (!PAGE_ACTIONS.includes(action)) return null;
    const isScale = action === "scale";
    if (isScale && typeof value !== "number") return null;
    return { kind: action, value: isScale ? value : 0 };
  } catch {
    return null;
  }
}
