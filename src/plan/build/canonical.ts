/**
 * One text for one value, whoever writes it: keys in the order of UTF-16 code
 * units, no spaces, numbers and strings as JSON has them (RFC 8785). Keys whose
 * value is `undefined` are left out.
 *
 * @throws {Error} for what JSON cannot hold: NaN, infinities, functions, holes
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${Array.from(value, canonicalJson).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) return objectJson(value);
  const isJson = value === null || typeof value === "string" ||
    typeof value === "boolean" || Number.isFinite(value);
  if (isJson) return JSON.stringify(value);
  throw new Error(`Invariant broken: ${String(value)} has no canonical form`);
}

function objectJson(value: object): string {
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
  return `{${members.join(",")}}`;
}
