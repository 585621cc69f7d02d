import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import { History } from "./history/history.ts";

/* What a member says while it cannot ask its bus. */

async function oneMember(onBusLoss: "continue" | "hold") {
  const history = new History({ seed: 1, parts: 1, onBusLoss });
  history.begin(0);
  await history.clock.run(7000);
  return { history, said: () => history.log.map(withoutSlot) };
}

function withoutSlot(line: string): string {
  return line.replace(/^\S+ n0\.0: /, "");
}

for (
  const [onBusLoss, what] of [
    ["continue", "goes on alone"],
    ["hold", "sends nothing until it can (fleet.on_bus_loss: hold)"],
  ] as const
) {
  Deno.test(`a member that is to ${onBusLoss} says once that its bus is away, and once that it is back`, async () => {
    const { history, said } = await oneMember(onBusLoss);
    const before = said().length;
    history.server.isDown = true;
    await history.clock.run(5000);
    history.server.isDown = false;
    await history.clock.run(3000);
    assert.deepEqual(said().slice(before), [
      `The bus cannot be asked (The bus does not answer): this part ${what}`,
      "The bus answers again",
    ]);
  });
}

Deno.test("a member says what it does not understand on its bus", async () => {
  const { history, said } = await oneMember("hold");
  const why =
    "The bus holds something else for event 1 than this kar understands: event.kind is missing";
  const { bus } = history.parts[0]!.at(-1)!.o;
  bus.look = () => Promise.reject(new KarError("cannotStart", why));
  await history.clock.run(3000);
  assert.match(said().at(-1)!, /^The bus cannot be asked \(The bus holds /);
});
