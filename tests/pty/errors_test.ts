import assert from "node:assert/strict";
import { Pty, ptyTest } from "./pty.ts";

ptyTest(
  "an error breaks between words, at the terminal's own width",
  async () => {
    await using pty = new Pty();
    const words = ["run", "http://localhost:1", "--stripe", "1/2"];
    await pty.kar([...words, "--stripe-index", "0/2"], { columns: 40 });
    assert.match(
      await pty.ends(2),
      /^kar: --stripe counts parts from 1,\n--stripe-index from 0: give one of them\n/m,
    );
  },
);
