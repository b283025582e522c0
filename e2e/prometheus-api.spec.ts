import { execFile, spawnSync } from 'node:child_process';
import { createServer, get } from 'node:http';
import type { Server } from 'node:http';
import { promisify } from 'node:util';

import { expect, test } from '@playwright/test';

import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';

interface Envelope {
  readonly status: string;
  readonly data?: unknown;
  readonly errorType?: string;
  readonly error?: string;
  readonly warnings?: readonly string[];
}
interface Vector {
  readonly resultType: string;
  readonly result: readonly { readonly metric: Record<string, string>; readonly value: [number, string] }[];
}

const execute = promisify(execFile);
let product: Product;
let target: Server;
let alive = true;
let hits = 0;

const page = (): string => {
  hits += 1;
  const buckets = Array.from(
    { length: 60 },
    (_, i) => `wide_series{n="${i}",pad="${'x'.repeat(40)}"} ${i}\n`,
  );
  return `# HELP app_requests_total Requests\\nanswered.\n# TYPE app_requests_total counter\napp_requests_total{code="200"} ${hits * 10}\n# TYPE app_temperature gauge\napp_temperature 21.5\n${buckets.join('')}`;
};

test.beforeAll(async () => {
  target = createServer((_request, response) => {
    response.writeHead(alive ? 200 : 500, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(alive ? page() : 'broken');
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  const address = target.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  product = await startProduct({
    config: `global: { scrape_interval: 1s, scrape_timeout: 1s, external_labels: { site: lab } }
scrape_configs:
  - job_name: app
    static_configs: [{ targets: ['127.0.0.1:${port}'], labels: { instance: app-1 } }]
`,
  });
  await eventually('three scrapes are stored', async () => {
    const { data } = await product.get<{ data: Vector }>('/api/v1/query?query=count_over_time(up[1m])');
    return Number(data.result[0]?.value[1] ?? 0) >= 3;
  });
});
test.afterAll(async () => {
  target.closeAllConnections();
  target.close();
  await product.stop();
});

const ask = async (address: string, init?: RequestInit): Promise<{ status: number; body: Envelope }> => {
  const response = await fetch(product.url + address, init);
  expect(response.headers.get('content-type')).toBe('application/json');
  return { status: response.status, body: (await response.json()) as Envelope };
};
const form = (address: string, parameters: readonly (readonly [string, string])[]) =>
  ask(address, { method: 'POST', body: new URLSearchParams(parameters.map(([k, v]) => [k, v])) });
const vectorOf = (body: Envelope): Vector => body.data as Vector;

test('an instant query answers the same by address and by form, as Prometheus shapes it', async () => {
  const query = 'app_temperature';
  const byAddress = await ask(`/api/v1/query?query=${query}`);
  const byForm = await form('/api/v1/query?query=ignored', [['query', query]]);
  for (const { status, body } of [byAddress, byForm]) {
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'success',
      data: {
        resultType: 'vector',
        result: [
          {
            metric: { __name__: 'app_temperature', instance: 'app-1', job: 'app' },
            value: [expect.any(Number), '21.5'],
          },
        ],
      },
    });
  }
  const raw = async (parameters: string) => (await fetch(`${product.url}/api/v1/query?${parameters}`)).text();
  expect(await raw('query=vector(1e-7)&time=1.5')).toBe(
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1.500,"1e-07"]}]}}',
  );
  expect(await raw('query=vector(-0)&time=1970-01-01T00:00:02Z')).toContain('"value":[2,"-0"]');
  expect(await raw('query="a"&time=2')).toBe(
    '{"status":"success","data":{"resultType":"string","result":[2,"a"]}}',
  );
});

test('a range query gives one point a step, and wrong ranges are refused in Prometheus’s words', async () => {
  const now = Math.floor(Date.now() / 1000);
  const { body } = await form('/api/v1/query_range', [
    ['query', 'vector(time())'],
    ['start', String(now - 60)],
    ['end', String(now)],
    ['step', '15s'],
  ]);
  expect(body).toEqual({
    status: 'success',
    data: {
      resultType: 'matrix',
      result: [{ metric: {}, values: [60, 45, 30, 15, 0].map((ago) => [now - ago, String(now - ago)]) }],
    },
  });
  const errors: readonly (readonly [string, number, string, string])[] = [
    [
      'query_range?query=1&start=2&end=1&step=1',
      400,
      'bad_data',
      'invalid parameter "end": end timestamp must not be before start time',
    ],
    [
      'query_range?query=1&end=1&step=1',
      400,
      'bad_data',
      'invalid parameter "start": cannot parse "" to a valid timestamp',
    ],
    [
      'query_range?query=1&start=1&end=2&step=0',
      400,
      'bad_data',
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
    [
      'query_range?query=1&start=0&end=20000&step=1',
      400,
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    ],
    [
      'query?query=sum(',
      400,
      'bad_data',
      'invalid parameter "query": 1:5: parse error: unclosed left parenthesis',
    ],
    [
      'query?query=1&time=x',
      400,
      'bad_data',
      `invalid parameter "time": Invalid time value for 'time': cannot parse "x" to a valid timestamp`,
    ],
    [
      'query?query=1&timeout=x',
      400,
      'bad_data',
      'invalid parameter "timeout": cannot parse "x" to a valid duration',
    ],
    [
      'query?query=1&limit=x',
      400,
      'bad_data',
      'invalid parameter "limit": strconv.Atoi: parsing "x": invalid syntax',
    ],
    ['series', 400, 'bad_data', 'no match[] parameter provided'],
    [
      'series?match[]={}',
      400,
      'bad_data',
      'invalid parameter "match[]": match[] must contain at least one non-empty matcher',
    ],
    ['label/a-b/values', 400, 'bad_data', 'invalid label name: "a-b"'],
    ['metadata?limit=x', 400, 'bad_data', 'limit must be a number'],
    [
      'rules?group_next_token=x',
      400,
      'bad_data',
      'invalid parameter "group_next_token": group_limit needs to be present in order to paginate over the groups',
    ],
  ];
  for (const [address, status, errorType, error] of errors) {
    const answer = await ask(`/api/v1/${address}`);
    expect([answer.status, answer.body], address).toEqual([status, { status: 'error', errorType, error }]);
  }
  const matching = await ask('/api/v1/query?query=wide_series*on(job)wide_series');
  expect([matching.status, matching.body.errorType]).toEqual([422, 'execution']);
  expect(matching.body.error).toContain('many-to-many matching not allowed');
});

test('series, labels, values and metadata are listed, with selectors, spans and limits', async () => {
  const listed = await form('/api/v1/series', [
    ['match[]', 'app_temperature'],
    ['match[]', '{__name__="up"}'],
  ]);
  expect(listed.body.data).toEqual([
    { __name__: 'app_temperature', instance: 'app-1', job: 'app' },
    { __name__: 'up', instance: 'app-1', job: 'app' },
  ]);
  expect((await ask('/api/v1/labels?match[]=app_requests_total')).body.data).toEqual([
    '__name__',
    'code',
    'instance',
    'job',
  ]);
  const names = await ask('/api/v1/label/__name__/values?match[]={job="app",__name__=~"app_.*"}');
  expect(names.body.data).toEqual(['app_requests_total', 'app_temperature']);
  expect((await ask('/api/v1/label/U__n/values?limit=2')).body).toEqual({
    status: 'success',
    data: ['0', '1'],
    warnings: ['results truncated due to limit'],
  });
  expect((await ask('/api/v1/labels?match[]=up&start=1&end=2')).body.data).toEqual([]);
  expect((await ask('/api/v1/query?query=wide_series&limit=3')).body).toMatchObject({
    warnings: ['results truncated due to limit'],
    data: { result: { length: 3 } },
  });
  const metadata = await ask('/api/v1/metadata?metric=app_requests_total');
  expect(metadata.body.data).toEqual({
    app_requests_total: [{ type: 'counter', help: 'Requests\nanswered.', unit: '' }],
  });
  expect(Object.keys((await ask('/api/v1/metadata')).body.data as object).toSorted()).toEqual([
    'app_requests_total',
    'app_temperature',
  ]);
  expect((await ask('/api/v1/format_query?query=sum(up)by(job)')).body.data).toBe('sum by (job) (up)');
  expect((await form('/api/v1/parse_query', [['query', 'up']])).body.data).toMatchObject({
    type: 'vectorSelector',
    name: 'up',
  });
  expect((await ask('/api/v1/status/buildinfo')).body.data).toMatchObject({ version: /^3\./ });
});

test('federation gives the newest samples with the labels of this monitor', async () => {
  const response = await fetch(`${product.url}/federate?match[]=app_temperature&match[]=app_requests_total`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await response.text()).toMatch(
    /^# TYPE app_requests_total untyped\napp_requests_total\{code="200",instance="app-1",job="app",site="lab"\} \S+ \d{13}\n# TYPE app_temperature untyped\napp_temperature\{instance="app-1",job="app",site="lab"\} 21.5 \d{13}\n$/,
  );
  expect((await fetch(`${product.url}/federate?match[]=up%2B`)).status).toBe(400);
});

/** How many bytes an answer is on its way, and how they are written. */
const onTheWay = (
  address: string,
  accepted: string,
): Promise<{ bytes: number; encoding: string | undefined }> =>
  new Promise((resolve, reject) => {
    get(`${product.url}${address}`, { headers: { 'accept-encoding': accepted } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('end', () => resolve({ bytes, encoding: response.headers['content-encoding'] }));
    }).on('error', reject);
  });

test('whoever takes gzip gets large answers so, and reads the same', async () => {
  const range = '/api/v1/query_range?query=vector(1)&start=1&end=9000&step=1';
  for (const address of [
    range,
    '/api/v1/series?match[]=wide_series',
    '/federate?match[]=wide_series',
    '/metrics',
  ]) {
    const plain = await onTheWay(address, 'identity');
    const zipped = await onTheWay(address, 'gzip');
    expect([plain.encoding, zipped.encoding], address).toEqual([undefined, 'gzip']);
    expect(zipped.bytes, address).toBeLessThan(plain.bytes / 2);
  }
  const large = await ask(range, { headers: { 'accept-encoding': 'gzip' } });
  expect(large.body).toMatchObject({ data: { result: [{ values: { length: 9000 } }] } });
});

test('what is answered in place of a route has its own type, though the address has another', async () => {
  const headers = { host: 'foreign.example' };
  const type = await new Promise<string | undefined>((resolve, reject) => {
    get(`${product.url}/federate?match[]=up`, { headers }, (response) => {
      response.resume();
      resolve(response.headers['content-type']);
    }).on('error', reject);
  });
  expect(type).toBe('application/json');
});

test('a page of another origin neither reads nor posts, a program posts', async () => {
  const foreign = await fetch(`${product.url}/api/v1/query?query=1`, {
    headers: { origin: 'https://x.example' },
  });
  expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  const posted = await fetch(`${product.url}/api/v1/query`, {
    method: 'POST',
    headers: { origin: 'https://x.example' },
    body: new URLSearchParams({ query: '1' }),
  });
  expect(posted.status).toBe(403);
  expect((await form('/api/v1/query', [['query', '1']])).status).toBe(200);
});

/** Tens of millions of operations: more than any client waits for. */
const heavyForm = (): URLSearchParams => {
  const now = Math.floor(Date.now() / 1000);
  const query = Array.from({ length: 100 }, () => `wide_series @ ${now - 1}`).join(' + ');
  return new URLSearchParams({ query, start: String(now - 10_000), end: String(now), step: '1' });
};
const askHeavy = (parameters: URLSearchParams, signal?: AbortSignal): Promise<Response> =>
  fetch(`${product.url}/api/v1/query_range`, { method: 'POST', body: parameters, signal: signal ?? null });
const running = async (): Promise<number> => {
  const text = await (await fetch(`${product.url}/metrics`)).text();
  return Number(/^quorate_queries\{state="running"\} (\d+)$/m.exec(text)?.[1]);
};

/** What Prometheus says of a group that had no turn yet. */
const NEVER = '0001-01-01T00:00:00Z';

test('beside heavy queries rules are evaluated on time and light queries are answered; who goes away ends his query', async () => {
  const lastEvaluation = async (): Promise<string> => {
    const { body } = await ask('/api/v1/rules');
    const { groups } = body.data as { groups: { name: string; lastEvaluation: string }[] };
    return groups.find(({ name }) => name.startsWith('quorate'))?.lastEvaluation ?? NEVER;
  };
  await eventually('the ready rules have begun', async () => (await lastEvaluation()) !== NEVER);
  const clients = Array.from({ length: 3 }, () => new AbortController());
  const heavy = clients.map(({ signal }) => askHeavy(heavyForm(), signal).catch(() => null));
  await eventually('all three run', async () => (await running()) === 3);
  const evaluations = new Set<string>();
  await eventually('the ready rules go on', async () => {
    evaluations.add(await lastEvaluation());
    expect((await ask('/api/v1/query?query=app_temperature')).body.status).toBe('success');
    return evaluations.size > 3;
  });
  // At instants of the group's own grid, as without the queries: nothing was made up for later.
  const places = [...evaluations].map((text) => Date.parse(text) % 5000);
  expect(new Set(places).size).toBe(1);
  expect(await running()).toBe(3);
  for (const client of clients) client.abort();
  await eventually('all three ended', async () => (await running()) === 0);
  await Promise.all(heavy);
});

test('a query that takes longer than it may says so', async () => {
  const parameters = heavyForm();
  parameters.set('timeout', '0.2');
  const response = await askHeavy(parameters);
  expect([response.status, await response.json()]).toEqual([
    503,
    { status: 'error', errorType: 'timeout', error: 'query timed out in expression evaluation' },
  ]);
});

test('statistics of a query come when they are asked for', async () => {
  const now = Math.floor(Date.now() / 1000);
  const { body } = await ask(
    `/api/v1/query_range?query=vector(1)%2Bapp_temperature&start=${now}&end=${now + 2}&step=1&stats=all`,
  );
  expect(body.data).toMatchObject({
    stats: {
      timings: { evalTotalTime: expect.any(Number), execTotalTime: expect.any(Number) },
      samples: {
        totalQueryableSamples: 3,
        totalQueryableSamplesPerStep: [0, 1, 2].map((later) => [now + later, 1]),
      },
    },
  });
});

test('promtool reads us as a Prometheus', async () => {
  test.skip(spawnSync('promtool', ['--version']).status !== 0, 'promtool is not installed');
  const run = async (...args: string[]) => (await execute('promtool', ['query', ...args])).stdout; // the target answers meanwhile
  await eventually('promtool shows the value', async () =>
    /^app_temperature\{instance="app-1", job="app"\} => 21.5 @\[/.test(
      await run('instant', product.url, 'app_temperature'),
    ),
  );
  expect(await run('series', '--match=up', product.url)).toContain(
    '{__name__="up", instance="app-1", job="app"}',
  );
  expect(await run('labels', product.url, 'job')).toContain('app');
});

test('a target that fails takes its series away at once, and reports about it go on', async () => {
  alive = false;
  await eventually('the series is gone', async () => {
    const { body } = await ask('/api/v1/query?query=app_temperature');
    return vectorOf(body).result.length === 0;
  });
  expect(vectorOf((await ask('/api/v1/query?query=up')).body).result[0]?.value[1]).toBe('0');
  expect(await (await fetch(`${product.url}/federate?match[]=app_temperature`)).text()).toBe('');
  alive = true;
  await eventually('the series is back', async () => {
    const { body } = await ask('/api/v1/query?query=app_temperature');
    return vectorOf(body).result[0]?.value[1] === '21.5';
  });
});
