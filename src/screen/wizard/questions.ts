import { PROTOCOL_NAMES, protocolOf } from "../../protocol/mod.ts";
import { parseScheduleText } from "../../draft/mod.ts";
import {
  type Answers,
  hasBody,
  hasRows,
  hasSpikes,
  isCall,
  isVaried,
} from "./answers.ts";
import type { Option } from "./asker.ts";
import { headersOf, isFrequency } from "./document.ts";

/** One question of the wizard. */
export interface Question {
  readonly key: keyof Answers;
  readonly page: number;
  /** What the answer is called once it is given. */
  readonly label: string;
  readonly message: string | ((answers: Answers) => string);
  readonly example?: string;
  /** Present where a few answers are all there are. */
  readonly options?: readonly Option[];
  /** Keys of the config that the answer decides: problems there are its own. */
  readonly paths: readonly string[];
  /** Whether it is asked at all; absent = always. */
  readonly isAsked?: (answers: Answers) => boolean;
  /** What only the wizard's own notation can get wrong. */
  readonly complaint?: (answer: string, answers: Answers) => string | null;
  /** Whether the answer names a file that is read at once. */
  readonly isRead?: true;
  /** What the answer makes of earlier ones; absent = it leaves them alone. */
  readonly settle?: (answers: Answers) => Answers;
}

/** Names of the pages; the last one is the review. */
export const PAGES = ["Target", "Traffic", "Pattern", "Review & fire"] as const;

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

const TARGET = "targets.0.";

/** All questions, in their order. */
export const QUESTIONS: readonly Question[] = [
  {
    key: "url",
    page: 0,
    label: "URL",
    message: "Target URL: where the traffic goes",
    example: "http://localhost:8080/path",
    paths: [`${TARGET}url`],
    complaint: urlComplaint,
  },
  {
    key: "protocol",
    page: 0,
    label: "Protocol",
    message: "Protocol",
    options: PROTOCOL_NAMES.map((value) => ({
      value,
      label: value,
      hint: protocolOf(value).title,
    })),
    paths: [`${TARGET}protocol`, `${TARGET}client`],
    settle: withoutPath,
  },
  {
    key: "method",
    page: 0,
    label: "Method",
    message: "HTTP method",
    options: METHODS.map((value) => ({ value, label: value })),
    paths: [`${TARGET}method`],
    isAsked: (answers) => !isCall(answers),
  },
  {
    key: "call",
    page: 0,
    label: "Call",
    message: "gRPC method; empty calls the standard health check",
    example: "shop.v1.Orders/Create",
    paths: [`${TARGET}grpc.method`],
    isAsked: isCall,
  },
  {
    key: "vary",
    page: 0,
    label: "Varies",
    message: "Do requests differ from one another?",
    options: [
      { value: "no", label: "No", hint: "each is the same" },
      {
        value: "drawn",
        label: "By drawn values",
        hint: "{{uuid}}, {{int 1 100}}",
      },
      {
        value: "rows",
        label: "By the rows of a CSV file",
        hint: "{{users.id}}",
      },
    ],
    paths: [],
  },
  {
    key: "rows",
    page: 0,
    label: "Rows",
    message: "File of the rows: .csv with a line of names, .json or .jsonl",
    example: "users.csv",
    paths: [],
    isAsked: hasRows,
    complaint: rowsComplaint,
    isRead: true,
  },
  {
    key: "url",
    page: 0,
    label: "URL",
    message: "URL with its fields: in path and query, not in the host",
    paths: [`${TARGET}url`],
    isAsked: (answers) => isVaried(answers) && !isCall(answers),
    complaint: urlComplaint,
  },
  {
    key: "headers",
    page: 0,
    label: "Headers",
    message: "Headers, separated by ; and empty for none",
    example: "authorization: Bearer ${API_TOKEN}; x-test: kar",
    paths: [`${TARGET}headers`],
    complaint: headersComplaint,
  },
  {
    key: "body",
    page: 0,
    label: "Body",
    message: (answers) =>
      isCall(answers)
        ? "Message as JSON; empty for an empty one"
        : "Body of each request; empty for none",
    example: '{"hello": "world"}',
    paths: [`${TARGET}body`, `${TARGET}grpc.message`],
    isAsked: hasBody,
    complaint: bodyComplaint,
  },
  {
    key: "base",
    page: 1,
    label: "Base TPS",
    message: "Base TPS: requests per second when nothing happens",
    paths: ["controller.base_tps"],
  },
  {
    key: "max",
    page: 1,
    label: "Max TPS",
    message: "Max TPS: the rate never passes this, not even in a spike",
    paths: ["controller.max_tps"],
  },
  {
    key: "spikes",
    page: 2,
    label: "Spikes",
    message: "Spikes: per second (0.1), mean interval (30s), or none",
    example: "0.1",
    paths: ["pattern.poisson.lambda", "pattern.poisson.interval"],
    complaint: spikesComplaint,
  },
  {
    key: "factor",
    page: 2,
    label: "Spike factor",
    message: "Spike factor: times the base rate at the top",
    paths: ["pattern.poisson.spike_factor"],
    isAsked: hasSpikes,
  },
  {
    key: "noise",
    page: 2,
    label: "Noise",
    message: "Noise amplitude: 0.15 is ±15%, 0 is none",
    paths: ["pattern.noise"],
  },
  {
    key: "schedule",
    page: 2,
    label: "Schedule",
    message: "Schedule, hours:multiplier; empty for none",
    example: "9-17:1.5, 0-5:0.3",
    paths: ["controller.schedule"],
    complaint: scheduleComplaint,
  },
];

/** An address without its scheme: what people type into a browser. */
const BARE_URL_REGEXP = /^[\w.-]+(?::\d+)?(?:[/?].*)?$/;

function rowsComplaint(answer: string): string | null {
  return answer.trim() === "" ? "must name a file; Esc goes back" : null;
}

/** A field that names a column. */
const CELL_REGEXP = /\{\{\s*([\w-]+\.[^{}]*)\}\}/;

function urlComplaint(answer: string, answers: Answers): string | null {
  const word = answer.trim();
  const cell = CELL_REGEXP.exec(word);
  if (cell !== null && !hasRows(answers)) {
    return `{{${
      cell[1]
    }}} is of a file, which is asked for first: leave it out here, and the URL is asked for again`;
  }
  return BARE_URL_REGEXP.test(word)
    ? `needs http:// or https://: did you mean http://${word}?`
    : null;
}

function headersComplaint(answer: string): string | null {
  if (answer.trim() === "" || answer.split(";")[0]!.includes(":")) return null;
  return `must be name: value, got ${JSON.stringify(answer)}`;
}

function spikesComplaint(answer: string, answers: Answers): string | null {
  if (!hasSpikes(answers) || isFrequency(answer)) return null;
  return `must be a number a second, a duration such as 30s, or none, got ${
    JSON.stringify(answer)
  }`;
}

function scheduleComplaint(answer: string): string | null {
  const read = parseScheduleText(answer);
  return read.kind === "complaint" ? read.message : null;
}

/** A gRPC call is named by its method: a path in its URL means nothing. */
function withoutPath(answers: Answers): Answers {
  if (!isCall(answers)) return answers;
  const origin = /^\s*[a-z][\w+.-]*:\/\/[^/?#\s]+/i.exec(answers.url)?.[0];
  return origin === undefined ? answers : { ...answers, url: origin.trim() };
}

function bodyComplaint(answer: string, answers: Answers): string | null {
  if (answer.trim() === "") return null;
  if (isCall(answers)) {
    return isJson(answer) ? null : 'must be JSON such as {"id": 1}';
  }
  if (!isMeantAsJson(answer, answers) || isJson(withValues(answer))) {
    return null;
  }
  return "looks like JSON and is not valid: check its quotes, commas and brackets; with a content-type header of another kind it is sent as it is";
}

/** By its content type, else by how it begins. */
function isMeantAsJson(body: string, { headers }: Answers): boolean {
  const type = headersOf(headers)
    .find(([name]) => name.toLowerCase() === "content-type")?.[1];
  return type === undefined ? /^\s*[{[]/.test(body) : /\bjson\b/i.test(type);
}

/** Whatever is put in for a variable or a field, it may well be a number. */
function withValues(body: string): string {
  return body.replace(/\$\{\w+\}|\{\{[^{}]*\}\}/g, "0");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
