import type { Request } from "../../request/mod.ts";
import type { HeaderField } from "./hpack/mod.ts";

/** The fields of a request's head in their order (RFC 9113, 8.3.1). */
export function requestFields(request: Request): HeaderField[] {
  const { url, path, isPathSecret, method, contentLength } = request;
  const fields = request.headers
    .map((header) => ({ ...header, name: header.name.toLowerCase() }));
  const host = fields.find(({ name }) => name === "host");
  return [
    plain(":method", method),
    plain(":scheme", url.scheme),
    plain(":authority", host?.value ?? url.authority),
    { name: ":path", value: path, secret: isPathSecret },
    ...fields.filter(({ name }) => name !== "host"),
    ...(contentLength === null ? [] : [plain("content-length", contentLength)]),
  ];
}

function plain(name: string, value: string): HeaderField {
  return { name, value, secret: false };
}
