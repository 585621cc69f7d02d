import assert from "node:assert/strict";
import { headOf, LogSecret, withHead } from "../../src/cli/replay/secret.ts";

async function* pieces(bytes: Uint8Array, lengths: readonly number[]) {
  let from = 0;
  for (let i = 0; from < bytes.length; i++) {
    const to = from + lengths[i % lengths.length]!;
    yield { bytes: bytes.slice(from, to), done: null };
    from = to;
  }
  await Promise.resolve();
}

function made(length: number, seed = 1): Uint8Array {
  return Uint8Array.from(
    { length },
    (_, i) => Math.imul(i + seed, 2_654_435_761) >>> 13,
  );
}

Deno.test("withHead() gives all bytes, and first those of the secret, in whatever pieces they come", async () => {
  for (const length of [0, 10, 65_535, 65_536, 65_537, 300_000]) {
    const bytes = made(length);
    for (const lengths of [[1000], [65_536], [7, 100_000], [1_000_000]]) {
      const got: Uint8Array[] = [];
      for await (const { bytes: part } of withHead(pieces(bytes, lengths))) {
        got.push(part.slice());
      }
      const all = got.flatMap((part) => [...part]);
      assert.deepEqual(all, [...bytes], `${length} in ${lengths}`);
      const first = got[0] ?? new Uint8Array(0);
      assert.ok(first.length >= Math.min(length, 65_536));
      assert.deepEqual(headOf(first), bytes.subarray(0, 65_536));
    }
  }
});

Deno.test("parts of clients hang on the log: another log has others, the same one the same", () => {
  const one = new LogSecret(made(65_536));
  const same = new LogSecret(made(65_536));
  const other = new LogSecret(made(65_536, 2));
  assert.equal(one.key, same.key);
  assert.notEqual(one.key, other.key);
  let alike = 0;
  const counts = new Float64Array(256);
  for (let place = 0; place < 65_536; place++) {
    const part = one.partOf(place << 16);
    assert.equal(part, same.partOf(place << 16));
    if (part === other.partOf(place << 16)) alike++;
    counts[part]!++;
  }
  // One in 256 by chance: 256 of 65,536, by a deviation of 16.
  assert.ok(alike < 350, `${alike} places have the same part`);
  const apart = counts.reduce((sum, n) => sum + (n - 256) ** 2 / 256, 0);
  assert.ok(apart < 370, `chi-squared ${apart} with 255 degrees of freedom`);
});
