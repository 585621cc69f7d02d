import assert from "node:assert/strict";
import { CookieJar } from "../../src/journey/mod.ts";

const NOW = Date.UTC(2026, 0, 1);

function jarOf(...texts: readonly string[]): CookieJar {
  const jar = new CookieJar();
  for (const text of texts) jar.take(text, "/shop/cart?x=1", NOW);
  return jar;
}

Deno.test("CookieJar gives back what it was given, the longer path first", () => {
  const jar = jarOf("a=1; Path=/; HttpOnly", "b=2", "c=3; path=/shop/cart");
  assert.equal(jar.header("/shop/cart/7?y", NOW), "c=3; b=2; a=1");
  assert.equal(jar.header("/shop", NOW), "b=2; a=1");
  assert.equal(jar.header("/shopping", NOW), "a=1");
});

Deno.test("CookieJar replaces, forgets and lets expire: max-age before expires", () => {
  const past = new Date(NOW - 1).toUTCString();
  const jar = jarOf("a=1", "a=2", `b=1; max-age=10; expires=${past}`);
  assert.equal(jar.header("/shop", NOW), "a=2; b=1");
  assert.equal(jar.header("/shop", NOW + 10_000), "a=2");
  jar.take(`a=; expires=${past}`, "/shop/cart", NOW);
  assert.equal(jar.header("/shop", NOW + 10_000), "");
});

Deno.test("CookieJar takes no cookie that could end its place in the header", () => {
  const jar = jarOf(
    "a=1\r\nx-evil: 1",
    "b=1\u0000",
    "=3",
    "d",
    "e e=1",
    "f=é",
    "g=1,2",
    "h=ok",
  );
  assert.equal(jar.header("/shop", NOW), "h=ok");
});

Deno.test("CookieJar keeps at most fifty cookies of 4,096 characters, the newest", () => {
  const jar = jarOf(...Array.from({ length: 60 }, (_, i) => `c${i}=${i}`));
  const kept = jar.header("/shop", NOW).split("; ");
  assert.equal(kept.length, 50);
  assert.equal(kept[0], "c10=10");
  jar.take(`big=${"x".repeat(4096)}`, "/shop/", NOW);
  assert.ok(!jar.header("/shop", NOW).includes("big"));
});

Deno.test("CookieJar tells what it holds, under the names of its cookies", () => {
  const jar = jarOf("sid=one; Path=/", "sid=two", "lang=de");
  assert.deepEqual(jar.held(), {
    "cookie.sid": "one",
    "cookie.sid_2": "two",
    "cookie.lang": "de",
  });
  jar.clear();
  assert.deepEqual(jar.held(), {});
});
