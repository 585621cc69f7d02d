import { concat } from "../../base/mod.ts";

/** Bytes of a request body that the sample server takes, 1 MiB. */
export const MAX_BODY_BYTES = 1 << 20;

const EMPTY = new Uint8Array();

/** Reads a whole body; undefined when it is longer than `MAX_BODY_BYTES`. */
export async function readBody(
  request: Request,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (request.body === null) return EMPTY;
  const announced = request.headers.get("content-length");
  if (announced === null) return await readStream(request.body);
  if (Number(announced) > MAX_BODY_BYTES) return undefined;
  return new Uint8Array(await request.arrayBuffer());
}

async function readStream(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return concat(chunks);
}

/** The text of a body, or undefined where it is not UTF-8. */
export function textOf(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
