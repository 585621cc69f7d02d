/**
 * Entry of the thread that writes a record: a checkpoint, or a disk that hangs,
 * holds up only this thread. It answers each message once.
 */
import { KarError } from "../../base/mod.ts";
import type { FromWriter, ToWriter, WriterState } from "./messages.ts";
import { Recording } from "./recording.ts";

declare const self: WriterScope;

interface WriterScope {
  onmessage: ((event: MessageEvent<ToWriter>) => void) | null;
  postMessage(message: FromWriter): void;
}

let recording: Recording | undefined;

self.onmessage = ({ data }) => {
  try {
    self.postMessage({ kind: "done", state: obey(data) });
  } catch (error) {
    if (!(error instanceof KarError)) throw error;
    self.postMessage({ kind: "refused", message: error.message });
  }
};

function obey(message: ToWriter): WriterState {
  switch (message.kind) {
    case "open":
      recording = new Recording(message.file);
      return { kind: "writing" };
    case "begin":
      return recording!.begin(message.meta);
    case "entry":
      return recording!.take(message.entry);
    case "close":
      return recording!.close(message.ending, message.endedMs);
  }
}
