import { expect, test } from '@playwright/test';

import type { ClusterDto, EventsDto, NodeDto, NodesDto } from '#lib/api/schema.ts';

import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';

let product: Product;
test.beforeAll(async () => {
  product = await startProduct({ demo: true });
});
test.afterAll(async () => {
  expect(await product.stop()).toBe(0);
});

const kv = () => product.get<ClusterDto>('/api/clusters/kv');
const fault = async (body: object): Promise<string> => {
  const response = await fetch(`${product.url}/api/demo/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok, await response.clone().text()).toBe(true);
  return ((await response.json()) as { id: string }).id;
};
const healAll = () => fetch(`${product.url}/api/demo/faults`, { method: 'DELETE' });
const healthy = () =>
  eventually('kv is healthy with five members up', async () => {
    const cluster = await kv();
    return cluster.verdict.level === 'healthy' && cluster.members.every((member) => member.state === 'up');
  });
const kindsSince = async (from: string) =>
  (await product.get<EventsDto>(`/api/events?limit=500&from=${from}`)).events.map((event) => event.kind);

test('ten nodes, two groups with leaders and terms are on the first page', async ({ page }) => {
  await healthy();
  await page.goto(product.url);
  await expect(page.getByTestId('leader-kv')).toContainText(/kv-\d.*term \d/);
  await expect(page.getByTestId('leader-px')).toContainText(/px-\d.*ballot \d/);
  await expect(page.getByTestId('margin-kv')).toHaveText('2');
  expect((await product.get<NodesDto>('/api/nodes')).counts.up).toBe(10);
});

test('the leader is killed: it is down for certain, the next one is named with its term, the margin falls, the timeline tells it', async ({
  page,
}) => {
  await healthy();
  const before = await kv();
  const old = before.leader?.node ?? '';
  const from = new Date().toISOString();
  await page.goto(product.url);
  await expect(page.getByTestId('leader-kv')).toContainText(old);
  await page.getByRole('button', { name: 'Faults' }).click();
  await page.getByRole('button', { name: `Kill ${old}` }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('margin-kv')).toHaveText('1');
  await expect(page.getByTestId('leader-kv')).not.toContainText(old, { timeout: 10_000 });
  await expect(page.getByTestId('leader-kv')).toContainText(/kv-\d.*term \d/);
  const after = await eventually('a new leader', async () => {
    const now = await kv();
    return now.leader?.state === 'one' && now.leader.node !== old ? now : null;
  });
  expect(Number(after.leader?.term?.text)).toBeGreaterThan(Number(before.leader?.term?.text));
  const node = await product.get<NodeDto>(`/api/nodes/${old}`);
  expect([node.state, node.certainty.kind]).toEqual(['down', 'certain']);
  const kinds = await kindsSince(from);
  for (const kind of ['node.down', 'leader.lost', 'leader.elected', 'margin.changed'] as const)
    expect(kinds).toContain(kind);
  for (const text of [`${old} is down`, `leader ${old} lost`, 'leads kv', 'survives 1 more failure'])
    await expect(page.getByTestId('events')).toContainText(text);
  const lanes = page.getByTestId('change-lanes');
  await expect(lanes.locator('[data-lane="state"] [data-word="down"]')).toHaveCount(1);
  await expect(lanes.locator('[data-lane="alert"] [data-word="critical"]')).not.toHaveCount(0);
  for (const mark of ['leader.elected', 'fault.injected'])
    await expect(lanes.locator(`[data-mark="${mark}"]`)).not.toHaveCount(0);
  await healAll();
  await healthy();
});

test('a stopped follower is suspect, then down by inference at the latest after max_silence, and comes back as the same process', async ({
  page,
}) => {
  await healthy();
  const leader = (await kv()).leader?.node;
  const node = ['kv-1', 'kv-2', 'kv-3'].find((id) => id !== leader) ?? 'kv-1';
  const incarnation = (await product.get<NodeDto>(`/api/nodes/${node}`)).incarnation.id;
  await page.goto(`${product.url}/nodes/${node}`);
  await expect(page.getByTestId('countdown')).toHaveAttribute('data-by', /phi|max-silence/);
  const from = new Date().toISOString();
  const stoppedAt = Date.now();
  await fault({ kind: 'stop', node });
  await expect(page.getByTestId('verdict')).toContainText('has been silent', { timeout: 8000 });
  await expect(page.getByTestId('verdict')).toContainText('counts as down', { timeout: 12_000 });
  const down = await product.get<NodeDto>(`/api/nodes/${node}`);
  expect(down.certainty.kind).toBe('inferred');
  expect(Date.parse(down.since) - stoppedAt).toBeLessThan(8000 + 1500);
  await healAll();
  await eventually(
    'it is up again',
    async () => (await product.get<NodeDto>(`/api/nodes/${node}`)).state === 'up',
  );
  const kinds = await kindsSince(from);
  expect(kinds).toContain('node.suspect');
  expect(kinds).toContain('node.recovering');
  expect(kinds).not.toContain('node.restarted');
  expect((await product.get<NodeDto>(`/api/nodes/${node}`)).incarnation.id).toBe(incarnation);
  await healthy();
});

test('three dead of five: quorum lost wherever it is shown; heal brings everything back', async ({
  page,
}) => {
  await healthy();
  await page.goto(product.url);
  for (const node of ['kv-1', 'kv-2', 'kv-3']) await fault({ kind: 'kill', node });
  await expect(page.getByTestId('verdict')).toContainText('lost its quorum');
  await expect(page.getByTestId('margin-kv')).toHaveText('0');
  await page.goto(`${product.url}/topology?cluster=kv`);
  await expect(page.getByTestId('verdict')).toContainText('lost its quorum');
  await page.reload();
  await expect(page.getByTestId('verdict')).toContainText('lost its quorum');
  await healAll();
  await healthy();
  await expect(page.getByTestId('verdict')).toContainText('can agree');
});

test('a one-way cut between two members is drawn with its direction', async ({ page }) => {
  await healthy();
  const leader = (await kv()).leader?.node ?? '';
  const [a = '', b = ''] = ['kv-1', 'kv-2', 'kv-3', 'kv-4', 'kv-5'].filter((id) => id !== leader);
  await page.goto(`${product.url}/topology?cluster=kv`);
  await fault({ kind: 'partition', node: a, peer: b, direction: 'to' });
  await expect(page.getByTestId('map')).toHaveAttribute('data-cuts', `${a}>${b}`, { timeout: 20_000 });
  await expect(page.getByTestId('abnormal-links')).toContainText(`${a} → ${b}`);
  await expect(page.getByTestId('abnormal-links').locator('tbody tr')).toHaveCount(1);
  await healAll();
  await healthy();
});

test('the monitor cut off from a node that its peers hear: the page says so, and the group counts it', async ({
  page,
}) => {
  await healthy();
  const leader = (await kv()).leader?.node;
  const node = ['kv-4', 'kv-5'].find((id) => id !== leader) ?? 'kv-4';
  await page.goto(`${product.url}/nodes/${node}`);
  await fault({ kind: 'partition', node, peer: 'monitor', direction: 'both' });
  await expect(page.getByTestId('verdict')).toContainText('its peers hear it', { timeout: 30_000 });
  const held = performance.now() + 12_000;
  while (performance.now() < held) {
    const now = await product.get<NodeDto>(`/api/nodes/${node}`);
    expect(now.state).not.toBe('down');
    expect((await kv()).quorum?.margin.optimistic).toBe(2);
    await page.waitForTimeout(500);
  }
  await page.goto(`${product.url}/topology?cluster=kv&node=${node}`);
  await expect(page.getByTestId('side-panel')).toContainText('its peers hear it');
  await healAll();
  await healthy();
});
