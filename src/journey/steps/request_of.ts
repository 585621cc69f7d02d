import type { Clock } from "../../base/mod.ts";
import type { Exchange, KeepSpec } from "../../transport/mod.ts";
import type { OpenJourney } from "../open_journey.ts";

/** Makes an exchange the request of the step that a journey has come to. */
export function fill(
  exchange: Exchange,
  journey: OpenJourney,
  clock: Clock,
): void {
  const { step, plan } = journey;
  const keep = keepOf(journey);
  exchange.slot = journey.slot;
  exchange.lane = journey.lane;
  exchange.index = journey.index;
  exchange.offsetMs = journey.offsetMs;
  exchange.rank = journey.rank;
  exchange.stage = journey.stage;
  exchange.iteration = journey.iteration;
  exchange.vars = journey.vars;
  exchange.intendedMs = journey.nextMs;
  exchange.target = step.series;
  exchange.framed = step.request.framed;
  exchange.ok = journey.asked?.ok ?? null;
  exchange.kept = keep === null ? null : journey.kept.begin(keep);
  exchange.journey = journey;
  exchange.lease = plan.isOwn ? journey.lease : null;
  if (plan.hasCookies && plan.script === null) {
    giveCookies(exchange, journey, clock);
  }
}

/** A script sees all headers, and the body if it asks for it. */
function keepOf({ plan, step, asked }: OpenJourney): KeepSpec | null {
  if (plan.script === null) return step.keep;
  return { headers: null, bodyBytes: asked!.keep ? plan.captureBodyBytes : 0 };
}

function giveCookies(
  exchange: Exchange,
  { jar, vars, plan, step: { request } }: OpenJourney,
  clock: Clock,
): void {
  const text = jar.header(request.path, clock.wall(), plan.captureBytes);
  if (text === "") return;
  vars[vars.length - 1] = new TextEncoder().encode(text);
  exchange.framed = request.framedWithCookies;
}

/** Takes the cookies of an answer. */
export function takeCookies(
  { jar, step, asked }: OpenJourney,
  { kept }: Exchange,
  clock: Clock,
): void {
  const nowMs = clock.wall();
  const path = asked?.kind === "http" ? asked.path : step.request.path;
  for (const [name, value] of kept!.headers) {
    if (name === "set-cookie") jar.take(value, path, nowMs);
  }
}
