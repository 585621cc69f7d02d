/** Scripts of k6, and what each must come to: a part of the config, and what is named as left out. */
export const K6_SCRIPTS: readonly (readonly [
  string,
  string,
  Record<string, unknown>,
  readonly RegExp[],
])[] = [
  [
    "one GET",
    `import http from 'k6/http';
export default function () {
  http.get('http://localhost:8080/a');
}`,
    {
      targets: [{
        name: "GET /a",
        url: "http://localhost:8080/a",
        method: "GET",
      }],
    },
    [],
  ],
  [
    "a constant arrival rate",
    `import http from "k6/http";
export const options = {
  scenarios: { open: { executor: "constant-arrival-rate", rate: 600, timeUnit: "1m", duration: "5m", preAllocatedVUs: 10 } },
};
export default () => { http.get("http://h/"); };`,
    { controller: { base_tps: 10, max_tps: 10, ramp_up_duration: "0s" } },
    [],
  ],
  [
    "thresholds",
    `import http from 'k6/http';
export let options = { thresholds: { http_req_duration: ['p(95)<500', { threshold: 'avg<=200', abortOnFail: true }], http_req_failed: ['rate<0.01'], checks: ['rate>0.9'] } };
export default function () { http.get('http://h/'); }`,
    {
      thresholds: [
        "response.p95 < 500ms",
        "response.mean <= 200ms",
        "errors < 1%",
      ],
    },
    [/options\.thresholds\.checks: rate>0\.9/],
  ],
  [
    "virtual users",
    `import http from 'k6/http';
export const options = { vus: 10, duration: '30s', stages: [] };
export default function () { http.get('http://h/'); }`,
    {},
    [
      /options\.vus: kar is open-loop/,
      /options\.duration/,
      /options\.stages/,
    ],
  ],
  [
    "a journey with sleeps and a check",
    `import http from 'k6/http';
import { check, sleep } from 'k6';
const BASE = 'https://shop.test';
export default function () {
  const res = http.post(\`\${BASE}/login\`, JSON.stringify({ user: 'kar', password: 'hunter2hunter2' }), { headers: { 'Content-Type': 'application/json' } });
  check(res, { 'is 200': (r) => r.status === 200 });
  sleep(1.5);
  http.get(BASE + '/items?page=1');
  sleep(2);
}`,
    {
      journeys: [{
        name: "k6",
        base: "https://shop.test",
        steps: [
          {
            name: "POST login",
            post: "/login",
            headers: { "Content-Type": "application/json" },
            json: { user: "kar", password: "\${PASSWORD}" },
            check: { status: [200] },
            think: "1.5s",
          },
          { name: "GET items", get: "/items?page=1" },
        ],
      }],
    },
    [],
  ],
  [
    "what has to be run",
    `import http from 'k6/http';
import { SharedArray } from 'k6/data';
const users = new SharedArray('users', () => JSON.parse(open('./users.json')));
export default function () {
  const user = users[Math.floor(Math.random() * users.length)];
  http.get('http://h/a');
  http.post('http://h/b', JSON.stringify(user));
}`,
    { targets: [{ name: "GET /a", url: "http://h/a", method: "GET" }] },
    [
      /line 2: /,
      /line 3: const users/,
      /line 5: const user/,
      /line 7: http\.post\('http:\/\/h\/b'/,
    ],
  ],
  [
    "the environment",
    `import http from 'k6/http';
export default function () { http.get(\`\${__ENV.BASE}/a\`, { headers: { 'x-api-key': __ENV.KEY } }); }`,
    {
      targets: [{
        name: "GET /a",
        url: "\${BASE}/a",
        method: "GET",
        headers: { "x-api-key": "\${KEY}" },
      }],
    },
    [],
  ],
  [
    "a form, and other verbs",
    `import http from 'k6/http';
export default function () {
  http.put('http://h/a', { x: 'y z', n: 5 });
  http.del('http://h/b');
}`,
    {
      journeys: [{
        name: "k6",
        base: "http://h",
        steps: [{ name: "PUT a", put: "/a", form: { x: "y z", n: "5" } }, {
          name: "DELETE b",
          delete: "/b",
        }],
      }],
    },
    [],
  ],
  [
    "two hosts",
    `import http from 'k6/http';
export default function () { http.get('http://a/'); http.request('PATCH', 'http://b/x', '{{t'); }`,
    {
      targets: [{ name: "GET /", url: "http://a/", method: "GET" }, {
        name: "PATCH /x",
        url: "http://b/x",
        method: "PATCH",
        body: "{{{{t",
      }],
    },
    [],
  ],
  [
    "a ramp",
    `import http from 'k6/http';
export const options = { scenarios: { up: { executor: 'ramping-arrival-rate', startRate: 5, timeUnit: '1s', stages: [{ target: 50, duration: '1m' }, { target: 20, duration: '2m' }] } } };
export default function () { http.get('http://h/'); }
export function handleSummary(data) { return { 'a.json': JSON.stringify(data) }; }`,
    { controller: { base_tps: 50, max_tps: 50, ramp_up_duration: "0s" } },
    [/scenarios\.up\.stages/, /line 4: export function handleSummary/],
  ],
];
