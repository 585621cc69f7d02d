import assert from "node:assert/strict";
import fc from "fast-check";
import { PasteFilter } from "../../../src/screen/wizard/paste.ts";

function taken(...pieces: readonly Uint8Array[]): string {
  const filter = new PasteFilter();
  const kept = pieces.flatMap((piece) => [...filter.take(piece)]);
  return new TextDecoder().decode(Uint8Array.from(kept));
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

Deno.test("PasteFilter makes blanks of lines' ends in a paste, and only there", () => {
  const text = "a\r\x1b[200~b\r\nc\nd\r\x1b[201~e\r\x1b[A";
  assert.equal(taken(bytesOf(text)), "a\rb c d e\r\x1b[A");
});

Deno.test("PasteFilter sees a mark in whatever pieces it comes, if not torn at its escape", () => {
  const bytes = bytesOf("é\x1b[200~日\r\x1b[201~\rü");
  const cut = fc.array(fc.nat(bytes.length), { maxLength: 6 });
  fc.assert(
    fc.property(cut, (cuts) => {
      const torn = cuts.some((at) => at > 0 && bytes[at - 1] === 0x1b);
      const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const pieces = edges.slice(1).map((to, i) => bytes.slice(edges[i], to));
      if (!torn) assert.equal(taken(...pieces), "é日 \rü");
    }),
    { seed: 98, numRuns: 300 },
  );
});

Deno.test("PasteFilter hands an Esc on at once", () => {
  assert.equal(taken(bytesOf("\x1b")), "\x1b");
});
