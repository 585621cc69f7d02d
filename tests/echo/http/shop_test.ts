import assert from "node:assert/strict";
import { shopApp } from "../../../src/echo/http/shop_app.ts";

Deno.test("the shop knows who has logged in, by token or cookie, and nobody else", async () => {
  const app = shopApp();
  const ask = (path: string, body?: unknown, headers = {}) =>
    app.request(path, {
      method: body === undefined ? "GET" : "POST",
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  assert.equal((await ask("/cart")).status, 401);
  assert.equal((await ask("/orders", {})).status, 401);
  assert.equal((await ask("/login", { name: "ada" })).status, 400);
  const login = await ask("/login", { user: "ada" });
  const { token, user } = await login.json();
  assert.deepEqual(user, { id: "ada" });
  const bearer = { authorization: `Bearer ${token}` };
  assert.equal((await ask("/cart", { item: 1 }, bearer)).status, 201);
  const cookie = { cookie: login.headers.get("set-cookie")!.split(";")[0]! };
  const cart = await ask("/cart", undefined, cookie);
  assert.deepEqual(await cart.json(), { user: "ada", items: [{ item: 1 }] });
  const order = await ask("/orders", {}, bearer);
  assert.equal(order.status, 201);
  assert.deepEqual(await order.json(), { order: 1, items: 1 });
  const other = { authorization: "Bearer 00" };
  assert.equal((await ask("/cart", undefined, other)).status, 401);
});
