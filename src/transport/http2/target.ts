import { type Header, type Request, withDefaults } from "../../request/mod.ts";
import type { HeaderField } from "./hpack/mod.ts";

/** What of a header block is the protocol's, beside what the target's user gave. */
export interface FieldOptions {
  readonly path: string;
  /** Fields that are sent unless the user gave one of that name. */
  readonly defaults: readonly Header[];
  /** Fields that are always sent. */
  readonly fixed: readonly Header[];
}

/** The fields of a target's requests in their order. */
export function requestFields(
  request: Request,
  { path, defaults, fixed }: FieldOptions,
): HeaderField[] {
  const { url, method, isUrlSecret } = request;
  const fields = withDefaults(request, defaults)
    .map((header) => ({ ...header, name: header.name.toLowerCase() }));
  const host = fields.find(({ name }) => name === "host");
  return [
    plain([":method", method]),
    plain([":scheme", url.scheme]),
    plain([":authority", host?.value ?? url.authority]),
    { name: ":path", value: path, secret: isUrlSecret },
    ...fields.filter(({ name }) => name !== "host"),
    ...fixed.map(plain),
  ];
}

function plain([name, value]: Header): HeaderField {
  return { name, value, secret: false };
}
