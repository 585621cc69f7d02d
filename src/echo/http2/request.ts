import type { HeaderList } from "./header_blocks.ts";
import type { ServerStream } from "./stream.ts";
import type { Http2Request } from "./types.ts";

/** Makes a request of its header list; undefined where it is malformed: section 8.1.1. */
export function parseRequest(
  { fields }: HeaderList,
  stream: ServerStream,
): Http2Request | undefined {
  const pseudo = new Map<string, string>();
  const header = new Headers();
  for (const [name, value] of fields) {
    if (name.startsWith(":")) pseudo.set(name, value);
    else if (!append(header, name, value)) return undefined;
  }
  const method = pseudo.get(":method");
  const path = pseudo.get(":path");
  if (method === undefined || path === undefined) return undefined;
  return {
    method,
    path,
    authority: pseudo.get(":authority") ?? header.get("host") ?? "",
    header,
    body: stream.body(),
    signal: stream.signal,
  };
}

/** @returns false for a name or value that HTTP does not allow */
function append(header: Headers, name: string, value: string): boolean {
  try {
    header.append(name, value);
    return true;
  } catch {
    return false;
  }
}
