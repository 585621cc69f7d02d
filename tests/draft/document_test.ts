import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { parseConfig } from "../../src/config/mod.ts";
import { documentOf, type Draft, literal } from "../../src/draft/mod.ts";

const text = fc.string({ unit: "binary", maxLength: 60 });

Deno.test("documentOf() writes YAML that means what the draft says, whatever its texts are", () => {
  fc.assert(
    fc.property(text, text, text, text, (name, url, value, comment) => {
      const draft: Draft = {
        origin: comment,
        notes: [comment],
        targets: [{
          name,
          url,
          headers: [["a", value], ["A", value]],
          body: value,
          comments: [comment],
        }],
        traffic: { rate: 5 },
        isWatched: true,
      };
      const document = parse(
        documentOf(draft, [{ name: "X", value, place: comment }]),
      );
      const [target] = document.targets;
      const whole = (text: string) => text.toWellFormed();
      assert.deepEqual(target, {
        name: whole(name),
        url: whole(url),
        headers: { a: [whole(value), whole(value)] },
        body: whole(value),
      });
      assert.deepEqual(document.controller, {
        base_tps: 5,
        ramp_up_duration: "0s",
      });
    }),
    { verbose: true },
  );
});

Deno.test("documentOf() writes a file that the parser takes, with everything in it", () => {
  const draft: Draft = {
    origin: "test",
    notes: ["one", "two"],
    targets: [
      {
        name: "a",
        url: "https://h/x",
        protocol: "http2",
        method: "PUT",
        headers: [["x", "y"]],
        body: "b",
        weight: 3,
        timeoutMs: 1500,
        tls: { insecure: true },
      },
      {
        name: "b",
        url: "http://h",
        protocol: "grpc",
        headers: [],
        grpc: { method: "a.B/C", message: { id: 1 } },
      },
    ],
    traffic: {
      rate: 20,
      max: 300,
      preset: "gentle",
      schedule: [{ hours: [9, 10], multiplier: 1.5 }],
      spikes: { often: { interval: "30s" }, factor: 4 },
    },
    isWatched: true,
  };
  const { config, problems } = parseConfig(documentOf(draft), {
    file: "a",
    environment: () => undefined,
    systemZone: "UTC",
  });
  assert.deepEqual(
    problems.map(({ path }) => path),
    ["targets.0.tls.insecure"],
    "a warning, and nothing else",
  );
  assert.equal(config!.targets[0]!.timeout, 1500);
  assert.equal(config!.targets[1]!.grpc!.method, "a.B/C");
  assert.deepEqual(config!.controller.schedule.length, 1);
  assert.equal(config!.pattern.poisson.spike_factor, 4);
});

Deno.test("literal() is taken as it is by the config", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 40 }).map((t) =>
        `${t}\${X}$\${`
      ),
      (body) => {
        const draft: Draft = {
          origin: "test",
          notes: [],
          targets: [{
            name: "a",
            url: "http://h/",
            method: "POST",
            headers: [],
            body: literal(body),
          }],
          traffic: { rate: 1 },
          isWatched: false,
        };
        const { config } = parseConfig(documentOf(draft), {
          file: "a",
          environment: () => undefined,
          systemZone: "UTC",
        });
        assert.deepEqual(config!.variables, []);
      },
    ),
    { verbose: true },
  );
});
