import { isSecretCell, type TargetPlan } from "../../plan/mod.ts";
import type { ArrivalDraws, Request, Text } from "../../request/mod.ts";
import type { Exchange } from "../port.ts";

/** What the request of an exchange holds of secrets, by name. */
type SecretsIn = (exchange: Exchange) => Readonly<Record<string, string>>;

const AUTHORIZATION = "authorization";
const NONE: Readonly<Record<string, string>> = {};
/** By what exchanges carry: a plan that is over may have some under way. */
const NOTED = new WeakMap<object, SecretsIn>();

/**
 * Notes of a framed request what is another secret for each arrival: a
 * `basic_auth` with fields, and the tokens and passwords of its row.
 */
export function noteSecrets(
  framed: unknown,
  { basicAuth }: Pick<TargetPlan, "basicAuth">,
  { headers, vary }: Request,
): void {
  if (vary === null || typeof framed !== "object" || framed === null) return;
  const at = headers.findLastIndex(({ name }) => name === AUTHORIZATION);
  const basic = basicAuth === undefined ? null : vary.headers[at] ?? null;
  const cells = vary.cells.filter(isSecretCell);
  if (basic === null && cells.length === 0) return;
  NOTED.set(framed, (exchange) => {
    vary.draws.begin(exchange);
    const ofRow = cells.map(({ data, column, text }) =>
      [`${data}.${column}`, written(text, vary.draws)] as const
    );
    return {
      ...(basic && secretsIn(written(basic, vary.draws))),
      ...Object.fromEntries(ofRow),
    };
  });
}

/** A text of the arrival whose draws have begun. */
function written(text: Text, draws: ArrivalDraws): string {
  const room = new Uint8Array(text.most);
  return new TextDecoder().decode(room.subarray(0, text.write(room, 0, draws)));
}

/** Secrets that the request of an exchange was sent with and no other has; drawn again, so only for what is told. */
export function sentSecrets(
  exchange: Exchange | Pick<Exchange, "target">,
): Readonly<Record<string, string>> {
  if (!("framed" in exchange)) return NONE;
  const { framed } = exchange;
  if (typeof framed !== "object" || framed === null) return NONE;
  return NOTED.get(framed)?.(exchange) ?? NONE;
}

/** Of `Basic dXNlcjpwYXNz`. */
function secretsIn(value: string): Readonly<Record<string, string>> {
  const sent = value.slice(value.indexOf(" ") + 1);
  const plain = new TextDecoder().decode(Uint8Array.fromBase64(sent));
  return {
    basic_auth: sent,
    "basic_auth.password": plain.slice(plain.indexOf(":") + 1),
  };
}
