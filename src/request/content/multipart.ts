import { includes } from "../data/mod.ts";
import { streamOf } from "../draws.ts";
import { literal, literalBytes, sequence, type Text } from "../fields/mod.ts";
import {
  type Body,
  fileOf,
  makeText,
  type Making,
  piecesOf,
} from "./making.ts";
import type { Part } from "./types.ts";

const TRIES_MAX = 100;

/** Makes a body of several parts (RFC 7578). */
export function multipartBody(
  parts: readonly Part[],
  making: Making,
): Body {
  const boundary = boundaryOf(parts, making);
  const forbidden = new TextEncoder().encode(`--${boundary}`);
  const texts = parts.flatMap((part): Text[] => {
    const head = `--${boundary}\r\n${headOf(part)}\r\n`;
    const value = part.kind === "file"
      ? literalBytes(fileOf(part.file, making))
      : makeText(part.value, {
        place: "body",
        where: `multipart ${part.name}`,
        forbidden,
      }, making);
    return [literal(head), value, literal("\r\n")];
  });
  return {
    text: sequence([...texts, literal(`--${boundary}--\r\n`)]),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}

function headOf(part: Part): string {
  const name = `content-disposition: form-data; name="${quoted(part.name)}"`;
  return part.kind === "value"
    ? `${name}\r\n`
    : `${name}; filename="${
      quoted(part.filename)
    }"\r\ncontent-type: ${part.type}\r\n`;
}

/** As the HTML standard has it ("multipart/form-data encoding algorithm"). */
function quoted(text: string): string {
  return text.replaceAll("\r", "%0D").replaceAll("\n", "%0A")
    .replaceAll('"', "%22");
}

/** What stands between the parts: a text that none of them holds, always the same for the same parts. */
function boundaryOf(parts: readonly Part[], making: Making): string {
  for (let i = 0; i < TRIES_MAX; i++) {
    const words = ["a", "b", "c", "d"].map((word) =>
      streamOf(making.step, "boundary", i, word).toString(16).padStart(8, "0")
    );
    const boundary = `kar-${words.join("")}`;
    const bytes = new TextEncoder().encode(boundary);
    if (!parts.some((part) => holds(part, bytes, making))) return boundary;
  }
  return making.wrong(
    "multipart",
    "has parts that hold whatever could stand between them",
  );
}

function holds(part: Part, bytes: Uint8Array, making: Making): boolean {
  if (part.kind === "file") return includes(fileOf(part.file, making), bytes);
  const { compile: { expand, data } } = making;
  return piecesOf(part.value, `multipart ${part.name}`, making).some(
    (piece) => {
      if (piece.kind === "literal") {
        const text = new TextEncoder().encode(expand(piece.text));
        return includes(text, bytes);
      }
      return piece.expression.kind === "cell" &&
        includes(data.get(piece.expression.data)!.table.bytes, bytes);
    },
  );
}
