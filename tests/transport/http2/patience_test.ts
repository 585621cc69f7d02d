/** What a peer may send as much of as it likes: none of it is a flood. */
import assert from "node:assert/strict";
import { FRAME } from "../../../src/transport/http2/framing/mod.ts";
import { Stage } from "./stage.ts";
import {
  answer200,
  concat,
  data,
  type FakeSocket,
  frame,
  headers,
  resetStream,
  windowUpdate,
} from "./support.ts";

const OK = { ":status": "200" };

function bytes(length: number): Uint8Array {
  return new Uint8Array(length);
}

/** What a peer may send as much of as it likes. */
const FINE: readonly {
  readonly what: string;
  readonly rounds: number;
  readonly round: (stage: Stage, socket: FakeSocket, id: number) => void;
}[] = [
  {
    what: "PINGs as long as answers come",
    rounds: 20,
    round: (_, socket, id) => {
      for (let i = 0; i < 900; i++) {
        socket.receive(frame(FRAME.ping, { payload: bytes(8) }));
      }
      socket.receive(answer200(id));
    },
  },
  {
    what: "small pieces, with a PING for each",
    rounds: 2,
    round: (_, socket, id) => {
      socket.receive(headers(id, OK));
      for (let i = 0; i < 5000; i++) {
        socket.receive(
          data(id, "a piece"),
          frame(FRAME.ping, { payload: bytes(8) }),
        );
      }
      socket.receive(data(id, "", true));
    },
  },
  {
    what: "answers that come too late, of many calls",
    rounds: 3000,
    round: (stage, socket, id) => {
      // The one before is answered, so that the connection is trusted.
      socket.receive(headers(id, { "x-no": "status" }));
      assert.equal(stage.outcomes.length, (id + 1) / 2);
      socket.receive(headers(id, OK), data(id, "late"), data(id, "", true));
    },
  },
  {
    what: "pieces of a byte, some ten thousand to an answer",
    rounds: 3,
    round: (_, socket, id) => {
      socket.receive(headers(id, OK));
      const pieces = concat(...Array(1000).fill(data(id, "x")));
      for (let i = 0; i < 90; i++) socket.receive(pieces);
      socket.receive(data(id, "", true));
    },
  },
  {
    what: "small pieces on their way when their streams are given up",
    rounds: 20,
    round: (_, socket, id) => {
      socket.receive(headers(id, { "x-no": "status" }));
      socket.receive(headers(id, OK));
      for (let i = 0; i < 5000; i++) socket.receive(data(id, "x"));
      socket.receive(data(id, "", true));
    },
  },
  {
    what: "resets, one for each call",
    rounds: 3000,
    round: (_, socket, id) => socket.receive(resetStream(id, 7)),
  },
];

for (const { what, rounds, round } of FINE) {
  Deno.test(`Http2Session bears any number of ${what}`, async () => {
    const stage = new Stage();
    stage.send();
    const socket = await stage.connect();
    for (let i = 0; i < rounds; i++) {
      round(stage, socket, 2 * i + 1);
      stage.send();
    }
    assert.equal(stage.outcomes.length, rounds);
    assert.equal(socket.isClosed, false);
    assert.equal(stage.dialer.signals.length, 1);
    await stage.pool.close();
  });
}

Deno.test("Http2Session bears two window updates for each four kilobytes of a large body", async () => {
  const body = bytes(4_000_000);
  const stage = new Stage({ body });
  stage.send();
  const socket = await stage.connect({ 4: 0x7fffffff });
  socket.receive(windowUpdate(0, 10_000_000));
  for (let read = 0; read < body.length; read += 4096) {
    socket.receive(windowUpdate(0, 4096), windowUpdate(1, 1));
  }
  assert.deepEqual(stage.outcomes, []);
  socket.receive(answer200(1));
  assert.deepEqual(stage.outcomes, ["200"]);
  await stage.pool.close();
});

Deno.test("Http2Session bears three large early hints for each of a hundred requests at once", async () => {
  const stage = new Stage();
  stage.send(100);
  const socket = await stage.connect();
  const link = "~".repeat(3000);
  for (let i = 0; i < 300; i++) {
    const stream = 1 + 2 * (i % 100);
    socket.receive(headers(stream, { ":status": "103", link }));
  }
  for (let i = 0; i < 100; i++) socket.receive(answer200(1 + 2 * i));
  assert.deepEqual(stage.outcomes, Array(100).fill("200"));
  await stage.pool.close();
});
