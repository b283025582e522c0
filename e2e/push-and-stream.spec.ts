import { expect, test } from '@playwright/test';

import type { EventDto, NodeDto, StreamSnapshot } from '#lib/api/schema.ts';

import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';

let product: Product;
test.beforeAll(async () => {
  product = await startProduct({
    config: 'heartbeats:\n  - name: batch\n    push: { interval: 1s }\ndetection: { max_silence: 4s }\n',
  });
});
test.afterAll(() => product.stop());

const post = (address: string, body: unknown) =>
  fetch(product.url + address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const node = (id: string) => product.get<NodeDto>(`/api/nodes/${id}`);

/** Reads frames of a live stream until one satisfies. */
const readStream = async (
  lastEventId: string | null,
  until: (kind: string, data: string, id: string) => boolean,
): Promise<void> => {
  const response = await fetch(`${product.url}/api/stream?scope=overview`, {
    headers: lastEventId === null ? {} : { 'last-event-id': lastEventId },
  });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1] ?? '';
      if (until(field('event'), field('data'), field('id'))) {
        return; // leaving the loop ends the request
      }
    }
  }
};

test('nodes that push are up while they push, down when they stop, and a new incarnation is a restart', async () => {
  let seq = 0;
  const beat = async (incarnation: string) => {
    seq += 1;
    expect((await post('/api/heartbeats/job-1', { seq, incarnation, labels: { zone: 'a' } })).status).toBe(
      204,
    );
  };
  for (let i = 0; i < 5; i += 1) {
    await beat('one');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  expect((await node('job-1')).state).toBe('up');
  expect((await node('job-1')).labels.zone).toBe('a');
  const old = await post('/api/heartbeats/job-1', { seq: 1, incarnation: 'one' });
  expect([old.status, ((await old.json()) as { message: string }).message]).toEqual([
    409,
    expect.stringContaining('is not above 5'),
  ]);
  await eventually('it is down', async () => (await node('job-1')).state === 'down');
  expect((await node('job-1')).certainty.kind).toBe('inferred');
  seq = 0;
  await beat('two');
  await eventually('it is back', async () => (await node('job-1')).state === 'up');
  expect((await node('job-1')).flags).toContain('restarted');
});

test('a batch is taken in parts: what is wrong is named by its place', async () => {
  const response = await post('/api/heartbeats', [
    { node: 'job-2', seq: 1 },
    { node: 'job-2', seq: 1 },
    { node: 'job-3' },
  ]);
  expect(await response.json()).toEqual({
    accepted: 2,
    rejected: [{ index: 1, code: 'old-sequence', message: expect.any(String) }],
  });
  expect((await post('/api/heartbeats', [{ node: '' }])).status).toBe(400);
});

test('a stream that reconnects gets every event after the last one it had, once and in order', async () => {
  let lastId = '';
  await readStream(null, (kind, data, id) => {
    if (kind === 'snapshot') expect((JSON.parse(data) as StreamSnapshot).status.ready).toBe(true);
    lastId = id === '' ? lastId : id;
    return lastId !== '';
  });
  for (const name of ['s-1', 's-2', 's-3']) await post(`/api/heartbeats/${name}`, { seq: 1 });
  await eventually('they are stored', async () =>
    (await product.get<{ events: EventDto[] }>('/api/events?kind=node.up&limit=50')).events.some(
      (event) => event.node === 's-3',
    ),
  );
  const got: EventDto[] = [];
  await readStream(lastId, (kind, data) => {
    if (kind === 'events') got.push(...(JSON.parse(data) as EventDto[]));
    return got.some((event) => event.kind === 'node.up' && event.node === 's-3');
  });
  const ids = got.map((event) => BigInt(event.id));
  expect(ids.every((id, i) => id > (i === 0 ? BigInt(lastId) : (ids[i - 1] ?? 0n)))).toBe(true);
  for (const name of ['s-1', 's-2', 's-3'])
    expect(got.filter((event) => event.kind === 'node.up' && event.node === name)).toHaveLength(1);
});

test('what happens while the stream is still being opened stands in the list of events too', async ({
  page,
}) => {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'SharedWorker'));
  const { promise: opened, resolve: open } = Promise.withResolvers<undefined>();
  await page.route('**/api/stream?*', async (route) => {
    await opened;
    await route.continue();
  });
  const listed = page.waitForResponse((response) => response.url().includes('/api/events?'));
  await page.goto(product.url);
  await (await listed).finished();
  expect((await post('/api/heartbeats/late-1', { seq: 1, incarnation: 'one' })).status).toBe(204);
  await eventually('it is in the log', async () => {
    const { events } = await product.get<{ events: EventDto[] }>('/api/events?node=late-1');
    return events.some((event) => event.kind === 'node.up');
  });
  open(undefined);
  await expect(page.getByTestId('events')).toContainText('late-1 is up');
});
