import assert from "node:assert/strict";
import { isIP } from "node:net";
import fc from "fast-check";
import { FakeClock } from "../../../sim/fake_clock.ts";
import {
  Addresses,
  alternating,
  NAME_FAILED_MS,
  NAME_FRESH_MS,
  systemLookup,
} from "../../../../src/transport/socket/dial/addresses.ts";

/** A name server that counts, and answers what it is told to. */
function openNames(first: readonly string[] | Error) {
  const names = {
    lookups: 0,
    answer: first,
    lookup(): Promise<readonly string[]> {
      names.lookups++;
      return names.answer instanceof Error
        ? Promise.reject(names.answer)
        : Promise.resolve(names.answer);
    },
  };
  return names;
}

Deno.test("Addresses.next() begins with another address each time", async () => {
  const names = openNames(["a", "b", "c"]);
  const addresses = new Addresses("x.test", new FakeClock(0), names.lookup);
  assert.deepEqual(await addresses.next(), ["a", "b", "c"]);
  assert.deepEqual(await addresses.next(), ["b", "c", "a"]);
  assert.deepEqual(await addresses.next(), ["c", "a", "b"]);
  assert.deepEqual(await addresses.next(), ["a", "b", "c"]);
  assert.equal(names.lookups, 1);
});

Deno.test("Addresses.next() alternates between the families", async () => {
  const names = openNames(["::1", "::2", "::3", "127.0.0.1"]);
  const addresses = new Addresses("x.test", new FakeClock(0), names.lookup);
  assert.deepEqual(await addresses.next(), ["::1", "127.0.0.1", "::2", "::3"]);
  assert.deepEqual(await addresses.next(), ["::2", "127.0.0.1", "::3", "::1"]);
  assert.deepEqual(await addresses.next(), ["::3", "127.0.0.1", "::1", "::2"]);
  assert.deepEqual(await addresses.next(), ["127.0.0.1", "::1", "::2", "::3"]);
});

Deno.test("alternating() gives every address once, and no family twice while both last", () => {
  const list = fc.uniqueArray(
    fc.oneof(fc.ipV4(), fc.nat(9999).map((n) => `fd00::${n}`)),
    { minLength: 1 },
  );
  fc.assert(fc.property(list, (all) => {
    const given = alternating(all);
    assert.equal(given[0], all[0]);
    assert.deepEqual([...given].sort(), [...all].sort());
    const families = all.map(isIP);
    const rarer = Math.min(
      families.filter((family) => family === 4).length,
      families.filter((family) => family === 6).length,
    );
    for (let i = 1; i < 2 * rarer; i++) {
      assert.notEqual(isIP(given[i]!), isIP(given[i - 1]!));
    }
  }));
});

Deno.test("Addresses.next() puts the slow ones last, until they are good again", async () => {
  const clock = new FakeClock(0);
  const names = openNames(["a", "b", "c"]);
  const addresses = new Addresses("x.test", clock, names.lookup);
  await addresses.next();
  addresses.isSlow("b");
  const first = async () => (await addresses.next())[0];
  const firsts = [await first(), await first(), await first(), await first()];
  // The others share its turns evenly.
  assert.deepEqual(firsts.toSorted(), ["a", "a", "c", "c"]);
  assert.equal((await addresses.next()).at(-1), "b");
  addresses.isGood("b");
  const again = [await first(), await first(), await first()];
  assert.deepEqual(again.toSorted(), ["a", "b", "c"]);
  addresses.isSlow("b");
  await clock.run(NAME_FRESH_MS);
  const anew = [await first(), await first(), await first()];
  assert.deepEqual(anew.toSorted(), ["a", "b", "c"]);
});

Deno.test("Addresses.next() looks a name up again at an interval", async () => {
  const clock = new FakeClock(0);
  const names = openNames(["a"]);
  const addresses = new Addresses("x.test", clock, names.lookup);
  await addresses.next();
  names.answer = ["b"];
  await clock.run(NAME_FRESH_MS - 1);
  assert.deepEqual(await addresses.next(), ["a"]);
  await clock.run(1);
  assert.deepEqual(await addresses.next(), ["b"]);
  assert.equal(names.lookups, 2);
});

Deno.test("Addresses.next() asks once, however many wait for the answer", async () => {
  const names = openNames(["a", "b"]);
  const addresses = new Addresses("x.test", new FakeClock(0), names.lookup);
  const all = await Promise.all([addresses.next(), addresses.next()]);
  assert.deepEqual(all, [["a", "b"], ["b", "a"]]);
  assert.equal(names.lookups, 1);
});

Deno.test("Addresses.next() rejects for a name without addresses, and soon asks again", async () => {
  const clock = new FakeClock(0);
  const names = openNames(new Error("no such name"));
  const addresses = new Addresses("x.test", clock, names.lookup);
  await assert.rejects(addresses.next(), /no such name/);
  await assert.rejects(addresses.next(), /no such name/);
  assert.equal(names.lookups, 1);
  names.answer = ["a"];
  await clock.run(NAME_FAILED_MS);
  assert.deepEqual(await addresses.next(), ["a"]);
});

Deno.test("Addresses.next() never looks an address up", async () => {
  for (const host of ["127.0.0.1", "::1"]) {
    const names = openNames(new Error("asked"));
    const addresses = new Addresses(host, new FakeClock(0), names.lookup);
    assert.deepEqual(await addresses.next(), [host]);
    assert.equal(names.lookups, 0);
  }
});

Deno.test("Addresses.next() asks the system for localhost", async () => {
  const addresses = new Addresses("localhost", new FakeClock(0), systemLookup);
  const found = await addresses.next();
  assert.ok(
    found.every((address) => /^(127\.|::1$)/.test(address)),
    `${found}`,
  );
});
