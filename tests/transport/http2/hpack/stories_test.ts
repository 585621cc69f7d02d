/** What other encoders write, kar's decoder reads: whole connections, block by block. */
import assert from "node:assert/strict";
import {
  DynamicTable,
  HpackDecoder,
  textOf,
} from "../../../../src/transport/http2/hpack/mod.ts";
import {
  HeadContext,
  HeadReader,
} from "../../../../src/transport/http2/head.ts";

const FOLDER = new URL("../../../fixtures/hpack/", import.meta.url);
const MAX_LIST_BYTES = 65_536;

interface Story {
  readonly description: string;
  readonly cases: readonly {
    readonly seqno: number;
    readonly wire: string;
    readonly headers: readonly Readonly<Record<string, string>>[];
  }[];
}

function storyFiles(): string[] {
  return Array.from(Deno.readDirSync(FOLDER), ({ name }) => name)
    .filter((name) => name.endsWith(".json"))
    .sort();
}

function readStory(name: string): Story {
  return JSON.parse(Deno.readTextFileSync(new URL(name, FOLDER)));
}

function sliceOfHex(text: string) {
  const bytes = Uint8Array.from(
    text.match(/../g) ?? [],
    (pair) => parseInt(pair, 16),
  );
  return { bytes, start: 0, end: bytes.length };
}

for (const name of storyFiles()) {
  const { description, cases } = readStory(name);
  Deno.test(`HpackDecoder reads the story ${name}: ${description}`, () => {
    const decoder = new HpackDecoder(MAX_LIST_BYTES);
    const table = new DynamicTable();
    for (const { seqno, wire, headers } of cases) {
      const fields: [string, string][] = [];
      const block = sliceOfHex(wire);
      const result = decoder.decode(block, table, (field, value) => {
        fields.push([textOf(field), textOf(value)]);
      });
      block.bytes.fill(0xee);
      assert.equal(result, "ok", `case ${seqno}: ${decoder.fault}`);
      assert.deepEqual(
        fields,
        headers.flatMap(Object.entries),
        `case ${seqno}`,
      );
      assert.ok(table.maxBytes <= 4096 && table.count <= 128);
    }
  });

  Deno.test(`HeadReader reads the story ${name} on many connections at once`, () => {
    const reader = new HeadReader(MAX_LIST_BYTES);
    const contexts = Array.from({ length: 5 }, () => new HeadContext());
    for (const { wire, headers } of cases) {
      const values = Object.assign({}, ...headers);
      for (const context of contexts) {
        const head = reader.read(sliceOfHex(wire), context);
        assert.equal(head.fault, "none", head.reason);
        assert.equal(head.status, Number(values[":status"] ?? -1));
        assert.equal(head.grpcStatus, Number(values["grpc-status"] ?? -1));
        const length = Number(values["content-length"] ?? -1);
        assert.equal(head.contentLength, length);
      }
    }
  });
}

Deno.test("the stories are those of several encoders, and of tables that change", () => {
  const names = storyFiles();
  assert.ok(names.some((name) => name.startsWith("python_")));
  assert.ok(names.some((name) => name.startsWith("go_")));
  assert.ok(names.some((name) => name.includes("resized")));
});
