import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { TargetPlan } from "../../src/plan/mod.ts";
import {
  ArrivalDraws,
  type FieldSources,
  readValues,
} from "../../src/request/mod.ts";

/** How many fields a request of the benchmark has. */
export type FieldCount = 0 | 3 | 4 | 8;

/** What a target's requests carry, all about as long. */
type Varied = Pick<TargetPlan, "url" | "method" | "headers" | "body">;

const ID = "0b61a09e-70a8-4a3f-9f07-7a1a4b1f6a51";

/** A request of the same form with so many fields; with none it is fixed. */
export function variedTarget(url: string, fields: FieldCount): Varied {
  const field = (from: number, text: string, fixed: string) =>
    fields >= from ? text : fixed;
  const path = `?user=${field(3, "{{users.id}}", "17")}&page=${
    field(3, "{{int 1 40}}", "23")
  }&size=${field(8, "{{int 1 99}}", "50")}`;
  const body = `{"id":"${field(8, "{{hex 12}}", "5f3c1a9b70d2")}","name":"${
    field(8, "{{users.name}}", "user 17")
  }","color":"${field(8, "{{pick red green blue}}", "green")}","at":${
    field(8, "{{now}}", "1788249600000")
  }}`;
  return {
    url: `${url}${path}`,
    method: "POST",
    headers: [
      ["content-type", "application/json"],
      ["x-request-id", field(3, "{{uuid}}", ID)],
    ],
    body,
  };
}

const PROTO = fileURLToPath(new URL("varied.proto", import.meta.url));

/** A call whose message has so many fields, four at most; with none it is fixed. */
export function variedCall(fields: FieldCount): Pick<TargetPlan, "grpc"> {
  const message = fields >= 4
    ? {
      user: "{{users.name}}",
      quantity: "{{int 1 99}}",
      id: "{{uuid}}",
      at: "{{now}}",
    }
    : { user: "user 17", quantity: 50, id: ID, at: "1788249600000" };
  return {
    grpc: {
      method: "grpc.health.v1.Health/Check",
      message,
      source: { kind: "proto", files: [PROTO], paths: [dirname(PROTO)] },
    },
  };
}

/** What the fields of the benchmark are drawn from: ten thousand rows. */
export function variedSources(): FieldSources {
  const rows = Array.from({ length: 10_000 }, (_, i) => ({
    id: i,
    name: `user ${i}`,
  }));
  const read = readValues(rows, { maxCellBytes: 100 });
  if (read.kind === "wrong") throw new Error(read.message);
  const users = {
    name: "users",
    table: read.table,
    pick: { kind: "random" } as const,
    types: {},
    encoded: new Map(),
  };
  return {
    data: new Map([["users", users]]),
    files: new Map(),
    variables: [],
    captureBytes: 4096,
    maxRequestBytes: 1 << 20,
    draws: new ArrivalDraws(98, () => 0),
  };
}
