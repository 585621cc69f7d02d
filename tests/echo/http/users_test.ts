import assert from "node:assert/strict";
import {
  MAX_FIELD_LENGTH,
  MAX_USERS,
  parseDraft,
  UserStore,
} from "../../../src/echo/http/users.ts";

const DRAFT = { name: "Kurt", email: "kurt@example.com" };

Deno.test("UserStore begins with five users", () => {
  assert.deepEqual(new UserStore().list().map(({ id }) => id), [1, 2, 3, 4, 5]);
});

Deno.test("UserStore gives a created user a number of its own", () => {
  const users = new UserStore();
  users.remove(5);
  assert.deepEqual(users.create(DRAFT), { id: 6, ...DRAFT });
  assert.deepEqual(users.get(6), { id: 6, ...DRAFT });
});

Deno.test("UserStore.replace() and remove() know only users that are there", () => {
  const users = new UserStore();
  assert.deepEqual(users.replace(2, DRAFT), { id: 2, ...DRAFT });
  assert.equal(users.replace(99, DRAFT), undefined);
  assert.equal(users.get(99), undefined);
  assert.equal(users.remove(2), true);
  assert.equal(users.remove(2), false);
});

Deno.test("UserStore stays bounded: the oldest gives way", () => {
  const users = new UserStore();
  for (let i = 0; i < 10 * MAX_USERS; i++) users.create(DRAFT);
  assert.equal(users.list().length, MAX_USERS);
  assert.equal(users.get(1), undefined);
  assert.ok(users.get(10 * MAX_USERS + 5));
});

Deno.test("parseDraft() takes a name and perhaps an address, and nothing else", () => {
  assert.deepEqual(parseDraft(DRAFT), DRAFT);
  assert.deepEqual(parseDraft({ name: "Kurt" }), { name: "Kurt", email: "" });
  assert.deepEqual(parseDraft({ ...DRAFT, id: 7, admin: true }), DRAFT);
  const tooLong = "x".repeat(MAX_FIELD_LENGTH + 1);
  for (
    const bad of [
      null,
      "Kurt",
      [],
      {},
      { name: "" },
      { name: 7 },
      { name: tooLong },
      { name: "Kurt", email: 7 },
    ]
  ) {
    assert.equal(parseDraft(bad), undefined, JSON.stringify(bad));
  }
});
