import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import type {
  ClusterDto,
  ClusterRowDto,
  ClustersDto,
  EventDensityDto,
  EventsDto,
  NodeDto,
  NodeRowDto,
  NodesDto,
  TextDto,
} from '#lib/api/schema.ts';

import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';

let product: Product;
test.beforeAll(async () => {
  product = await startProduct({ demo: true });
});
test.afterAll(async () => {
  await product.stop();
});

const fault = async (body: object): Promise<void> => {
  const response = await fetch(`${product.url}/api/demo/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok, await response.clone().text()).toBe(true);
};
const kv = () => product.get<ClusterDto>('/api/clusters/kv');
const heal = async (): Promise<void> => {
  await fetch(`${product.url}/api/demo/faults`, { method: 'DELETE' });
  await eventually('kv is healthy', async () => (await kv()).verdict.level === 'healthy', 120_000);
};
const followers = async (): Promise<string[]> => {
  const { members, leader } = await kv();
  return members.map((member) => member.node).filter((node) => node !== leader?.node);
};

/** A sentence without the numbers in it: they come from series, not from the log. */
const said = (text: TextDto | null) =>
  text === null
    ? null
    : [text.code, Object.entries(text.params).filter(([, value]) => typeof value !== 'number')];

const rowWords = (row: ClusterRowDto) => ({
  id: row.id,
  name: row.name,
  system: row.system,
  protocol: row.protocol,
  level: row.verdict.level,
  sentence: said(row.verdict.sentence),
  why: said(row.verdict.why),
  since: row.verdict.since,
  leader: row.leader && {
    state: row.leader.state,
    node: row.leader.node,
    term: row.leader.term,
    since: row.leader.since,
  },
  quorum: row.quorum && { ...row.quorum },
  voters: row.summary.voters,
  nodes: row.summary.nodes,
});
const clusterWords = (cluster: ClusterDto) => ({
  ...rowWords(cluster),
  quorum: cluster.quorum,
  claims: cluster.leader?.claims.map((claim) => ({ ...claim, why: said(claim.why) })),
  statements: cluster.leader?.statements.map(({ node, leader, term }) => ({ node, leader, term })),
  members: cluster.members.map(
    ({ node, membership, role, nativeRole, term, leader, agrees, readError, state }) => ({
      node,
      membership,
      role,
      nativeRole,
      term,
      leader,
      agrees,
      readError,
      state,
    }),
  ),
  cuts: cluster.cuts,
  headings: [cluster.headings.consistency, cluster.headings.faultTolerance, cluster.headings.scalability].map(
    (heading) => said(heading.sentence),
  ),
});
const nodeWords = ({ id, name, labels, clusters, state, flags, since }: NodeRowDto) => ({
  id,
  name,
  labels,
  clusters: clusters.toSorted((a, b) => a.id.localeCompare(b.id)),
  state,
  flags,
  since,
});

interface Recorded {
  readonly clusters: ClustersDto;
  readonly kv: ClusterDto;
  readonly px: ClusterDto;
  readonly nodes: NodesDto;
  readonly node: NodeDto;
}
const record = async (): Promise<Recorded> => ({
  clusters: await product.get<ClustersDto>('/api/clusters'),
  kv: await kv(),
  px: await product.get<ClusterDto>('/api/clusters/px'),
  nodes: await product.get<NodesDto>('/api/nodes?sort=name'),
  node: await product.get<NodeDto>('/api/nodes/kv-1'),
});
const wordsOf = (answers: Recorded) => ({
  clusters: answers.clusters.clusters.map(rowWords),
  kv: clusterWords(answers.kv),
  px: clusterWords(answers.px),
  nodes: answers.nodes.nodes.map(nodeWords),
  node: {
    ...nodeWords(answers.node),
    certainty: answers.node.certainty,
    incarnation: answers.node.incarnation,
  },
});
const at = (path: string, instant: string) => `${path}${path.includes('?') ? '&' : '?'}at=${instant}`;
const askedAgain = async (answers: Recorded): Promise<Recorded> => ({
  clusters: await product.get<ClustersDto>(at('/api/clusters', answers.clusters.at)),
  kv: await product.get<ClusterDto>(at('/api/clusters/kv', answers.kv.at)),
  px: await product.get<ClusterDto>(at('/api/clusters/px', answers.px.at)),
  nodes: await product.get<NodesDto>(at('/api/nodes?sort=name', answers.nodes.at)),
  node: await product.get<NodeDto>(at('/api/nodes/kv-1', answers.node.at)),
});

test('twenty live answers during faults, asked again with their instant, say the same words', async () => {
  await heal();
  const answers: Recorded[] = [];
  const watch = async (times: number, stepMs: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) {
      answers.push(await record());
      await new Promise((resolve) => setTimeout(resolve, stepMs));
    }
  };
  const leader = (await kv()).leader?.node ?? '';
  const leveled = (level: string): Promise<unknown> =>
    eventually(`kv is ${level}`, async () => (await kv()).verdict.level === level);
  await watch(2, 100);
  await fault({ kind: 'kill', node: leader });
  await watch(3, 400);
  await eventually('another leads', async () => {
    const now = (await kv()).leader;
    return now?.state === 'one' && now.node !== leader;
  });
  await watch(3, 400);
  const [a = '', b = ''] = await followers().then((all) => all.filter((node) => node !== leader));
  await fault({ kind: 'partition', node: a, peer: b, direction: 'to' });
  await watch(4, 700);
  await fault({ kind: 'stop', node: b });
  await watch(2, 700);
  await leveled('at-risk');
  await watch(2, 700);
  await fetch(`${product.url}/api/demo/faults`, { method: 'DELETE' });
  await watch(4, 700);
  expect(answers).toHaveLength(20);
  await heal();
  const told = new Set(answers.map((answer) => answer.kv.verdict.sentence.code));
  expect(told.size, [...told].join(', ')).toBeGreaterThan(2);
  // The log is behind the live picture by less than a second.
  for (const [i, answer] of answers.entries())
    await expect(async () => {
      expect(wordsOf(await askedAgain(answer)), `answer ${i} of ${answer.kv.at}`).toEqual(wordsOf(answer));
    }).toPass({ timeout: 5000 });
});

test('a past answer has its numbers from series, tells in the past tense, and refuses what is no instant', async () => {
  await heal();
  const live = await eventually('series of every member', async () => {
    const now = await kv();
    const past = await product.get<ClusterDto>(at('/api/clusters/kv', now.at));
    return past.members.every((member) => member.appliedIndex !== null && member.fused !== null) ? now : null;
  });
  const past = await product.get<ClusterDto>(at('/api/clusters/kv', live.at));
  expect(past.verdict.sentence.text).toContain('could agree');
  expect(
    (await product.get<ClusterDto>(`${at('/api/clusters/kv', live.at)}&lang=zh`)).verdict.sentence.text,
  ).toContain('当时');
  expect(past.verdict.sentence.code).toBe(live.verdict.sentence.code);
  for (const member of past.members) {
    expect(Number(member.commitIndex)).toBeGreaterThan(0);
    expect(Number(member.commitIndex)).toBeLessThanOrEqual(Number(live.commit?.index));
  }
  expect(past.summary.strongest?.spark.some((phi) => phi !== null)).toBe(true);
  expect(past.headings.performance.sentence.code).toBe(live.headings.performance.sentence.code);
  const before = await product.get<ClusterDto>(at('/api/clusters/kv', live.at).replace('?', '?x=1&'));
  expect(before.at).toBe(live.at);
  const refused = await fetch(`${product.url}/api/clusters?at=yesterday`);
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('\\"yesterday\\" is no instant');
  const future = await fetch(`${product.url}/api/clusters?at=2199-01-01T00:00:00Z`);
  expect(future.status).toBe(400);
});

test('who heard whom and how long a node had been silent are told of the past, too', async ({ page }) => {
  await heal();
  const heard = ({ peers }: ClusterDto) =>
    peers
      .filter(({ up, by }) => up === true && by === 'member')
      .map(({ from, to }) => `${from} ${to}`)
      .sort();
  const live = await eventually('every pair is heard, and told so of then', async () => {
    const now = await kv();
    const past = await product.get<ClusterDto>(at('/api/clusters/kv', now.at));
    return heard(now).length === 20 && heard(past).join() === heard(now).join() ? now : null;
  });
  const node = await product.get<NodeDto>(at('/api/nodes/kv-1', live.at));
  expect(node.suspicion.silentMs).not.toBeNull();
  expect(node.suspicion.timeToDownMs).toBeGreaterThan(0);
  await page.goto(product.url + at('/topology?cluster=kv&view=matrix', live.at));
  await expect(page.locator('[data-pair="kv-1 kv-2"]')).toHaveText('heard');
  await expect(page.getByText('round trips of pairs are not kept')).toBeVisible();
  await page.goto(product.url + at('/nodes/kv-1', live.at));
  await expect(page.getByTestId('heard-by').getByText('heard', { exact: true })).toHaveCount(4);
  await expect(page.getByTestId('countdown')).toContainText('would have counted as down');
});

test('bars count every event of the range, by severity', async () => {
  // The log is in the order of commits: what another thread saw may come a little later with an earlier instant.
  await expect(async () => {
    const { events } = await product.get<EventsDto>('/api/events?limit=10000&order=oldest');
    const instants = events.map(({ at }) => Date.parse(at));
    const from = new Date(Math.min(...instants)).toISOString();
    const to = new Date(Math.max(...instants) + 1).toISOString();
    const { buckets } = await product.get<EventDensityDto>(
      `/api/events/density?from=${from}&to=${to}&buckets=7`,
    );
    expect(buckets).toHaveLength(7);
    for (const severity of ['info', 'warning', 'critical'] as const)
      expect(buckets.reduce((sum, bucket) => sum + bucket[severity], 0)).toBe(
        events.filter((event) => event.severity === severity).length,
      );
  }).toPass({ timeout: 20_000 });
});

const seriousOf = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`);

/** Kills three of five and heals them again. @returns an instant of the outage */
const outage = async (): Promise<string> => {
  await heal();
  for (const node of (await followers()).slice(0, 3)) await fault({ kind: 'kill', node });
  const instant = await eventually('kv lost its quorum', async () => {
    const now = await kv();
    return now.verdict.level === 'lost' &&
      now.members.filter((member) => member.state === 'down').length === 3
      ? now.at
      : null;
  });
  await heal();
  return instant;
};

test('every page at an outage tells the outage, in the past tense; nothing live leaks in; one key returns to now', async ({
  page,
}) => {
  const instant = await outage();
  const past = await product.get<ClusterDto>(at('/api/clusters/kv', instant));
  await page.goto(`${product.url}/?at=${instant}`);
  await expect(page.getByTestId('verdict')).toHaveText(past.verdict.sentence.text);
  await expect(page.getByTestId('verdict')).toContainText('had lost its quorum');
  await expect(page.getByTestId('picture-age')).toContainText('as of');
  await expect(page.getByTestId('time-field')).toHaveClass(/past/);
  await expect(page.getByText(/clusters were well/)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'How kv stood' })).toBeVisible();
  const events = page.getByTestId('events').locator('time');
  for (const time of await events.all())
    expect(Date.parse((await time.getAttribute('datetime')) ?? '')).toBeLessThanOrEqual(Date.parse(instant));

  const shown = await page.getByRole('main').innerText();
  const [victim = ''] = await followers();
  await fault({ kind: 'kill', node: victim });
  await eventually('the victim is down now', async () =>
    (await kv()).members.some((member) => member.node === victim && member.state === 'down'),
  );
  await expect(page.getByTestId('picture-age')).toContainText('ago');
  expect(await page.getByRole('main').innerText()).toBe(shown);
  await fetch(`${product.url}/api/demo/faults`, { method: 'DELETE' });

  const down = past.members.find((member) => member.state === 'down')?.node ?? '';
  await page.getByRole('link', { name: 'kv', exact: true }).first().click();
  await expect(page).toHaveURL(/\/clusters\/kv\?at=/);
  await expect(page.getByTestId('verdict')).toContainText('had lost its quorum');
  await page.keyboard.press('g');
  await page.keyboard.press('n');
  await expect(page).toHaveURL(/\/nodes\?at=/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('nodes were up');
  await expect(page.locator(`tr[data-node="${down}"]`)).toContainText('down');
  await page.getByRole('link', { name: down, exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/nodes/${down}\\?at=`));
  await expect(page.getByTestId('verdict')).toHaveText(new RegExp(`${down} (was|counted as) down`));
  await expect(page.locator('.recharts-line path').first()).toBeVisible();

  await page.keyboard.press('.');
  await expect(page).toHaveURL(`${product.url}/nodes/${down}`);
  await expect(page.getByTestId('verdict')).toHaveText(`${down} is up.`, { timeout: 30_000 });
  await page.goBack();
  await expect(page.getByTestId('verdict')).toHaveText(new RegExp(`${down} (was|counted as) down`));
  await page.getByRole('button', { name: 'Return to now' }).click();
  await expect(page.getByTestId('picture-age')).toContainText('old');
});

test('nothing on a past page acts on the world, and its words are in the past tense', async ({ page }) => {
  const instant = await outage();
  const acts = page.getByRole('button', {
    name: /^(Faults|Reload|Add a|Import|Save|Remove|Edit|Test|Watch|Switch|Delete|Restore|Start)/,
  });
  const main = page.getByRole('main');
  for (const [path, said] of [
    ['/', 'had lost its quorum'],
    ['/topology?cluster=kv', 'had lost its quorum'],
    ['/topology?cluster=kv&view=matrix', 'Row heard column'],
    ['/topology?cluster=kv&view=table', 'had lost its quorum'],
    ['/clusters/kv', 'What each member said'],
    ['/nodes', 'nodes were up'],
    ['/nodes/kv-1', 'Who suspected it'],
    ['/alerts', 'fired.'],
    ['/rules', 'had been evaluated'],
    ['/rules/ready-NodeDown', 'Had been evaluated'],
    ['/settings/targets', 'targets answered'],
    ['/settings/notifications', 'was told'],
  ] as const) {
    await page.goto(product.url + at(path, instant));
    await expect(main, path).toContainText(said);
    await expect(main.locator('.skeleton')).toHaveCount(0);
    await expect(acts, path).toHaveCount(0);
    const words = await main.innerText();
    for (const present of ['This monitor counts', ' agrees', 'fires in', 'not evaluated yet'])
      expect(words, path).not.toContain(present);
  }
  await page.keyboard.press('f');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toHaveCount(1);
  await expect(page.getByRole('dialog')).toContainText('Keyboard');
});

test('by keyboard alone: the scrubber, the event before and after, and the field choose the instant', async ({
  page,
}) => {
  await page.goto(product.url);
  const scrubber = page.getByRole('slider');
  await expect(scrubber).toHaveAttribute('aria-valuetext', 'Now');
  await scrubber.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(page).toHaveURL(/\?at=\d{4}-/);
  await expect(scrubber).toHaveAttribute('aria-valuetext', /, \d.* ago/);
  await page.keyboard.press('End');
  await expect(page).toHaveURL(`${product.url}/`);

  const shownAt = () => new Date(new URL(page.url()).searchParams.get('at') ?? '').toISOString();
  await page.keyboard.press('[');
  await expect(page).toHaveURL(/\?at=\d{4}-/);
  const newest = shownAt();
  const { events } = await product.get<EventsDto>(
    '/api/events?limit=100&kind=leader.elected,leader.lost,leader.contested,node.down,node.up,node.restarted,quorum.lost,quorum.restored,quorum.at-risk,fault.injected,fault.healed,link.cut,link.healed,alert.firing,alert.resolved',
  );
  const instants = [...new Set(events.map((event) => event.at))];
  const place = instants.indexOf(newest);
  expect(place, 'it stands at an event').toBeGreaterThanOrEqual(0);
  await page.keyboard.press('[');
  await expect(page).toHaveURL(new RegExp(`at=${encodeURIComponent(instants[place + 1] ?? '')}`));
  await page.keyboard.press(']');
  await expect(page).toHaveURL(new RegExp(`at=${encodeURIComponent(newest)}`));
  await page.keyboard.press('.');
  await expect(page).toHaveURL(`${product.url}/`);

  await page.keyboard.press('t');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByTestId('notable-events').getByRole('button').first()).toBeVisible();
  await dialog.getByTestId('notable-events').getByRole('button').first().focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\?at=\d{4}-/);
  expect(shownAt() >= newest).toBe(true);
  await page.keyboard.press('t');
  await dialog.getByRole('button', { name: '5 min ago', exact: true }).press('Enter');
  await expect(page.getByTestId('picture-age')).toContainText('5\u00a0min ago');
  await page.keyboard.press('t');
  await dialog.getByLabel('Date and time').fill('2199-01-01T00:00:00');
  await dialog.getByRole('button', { name: 'Show' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('That instant is still to come.');
  await page.keyboard.press('Escape');
  await page.goto(`${product.url}/?at=soon`);
  await expect(page.getByRole('main').getByRole('alert')).toContainText(
    '“soon” in the address is no instant',
  );
  await page.goto(`${product.url}/?at=2199-01-01T00:00:00Z`);
  await expect(page.getByRole('main').getByRole('alert')).toContainText('is still to come. Shown is now.');
});

test('the range and a dragged handle stand in the address', async ({ page }) => {
  await page.goto(product.url);
  await expect(page.getByTestId('picture-age')).toContainText('old'); // the page is alive
  await page.getByRole('combobox', { name: 'Range' }).selectOption('1h');
  await expect(page).toHaveURL(`${product.url}/?range=1h`);
  const box = await page.getByRole('slider').boundingBox();
  if (box === null) throw new Error('the scrubber is not drawn');
  await page.mouse.move(box.x + box.width - 1, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + 10, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/range=1h&at=/);
  const ago = Date.now() - Date.parse(new URL(page.url()).searchParams.get('at') ?? '');
  expect(Math.abs(ago - 30 * 60_000)).toBeLessThan(2 * 60_000);
});

for (const [theme, lang] of [
  ['light', 'en'],
  ['dark', 'zh'],
] as const)
  test(`${theme}, ${lang}: past pages have no serious accessibility fault and fit a narrow screen`, async ({
    page,
  }) => {
    await page.context().addCookies([
      { name: 'theme', value: theme, url: product.url },
      { name: 'lang', value: lang, url: product.url },
    ]);
    const { at: instant } = await kv();
    for (const path of ['/', '/topology?cluster=kv&view=matrix', '/nodes', '/nodes/kv-1']) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(product.url + at(path, instant));
      await expect(page.locator('h1')).not.toBeEmpty();
      await expect(page.locator('.skeleton')).toHaveCount(0);
      expect(await seriousOf(page), path).toEqual([]);
      if (lang === 'zh' && path !== '/topology?cluster=kv&view=matrix')
        await expect(page.locator('h1')).toContainText('当时');
      await page.setViewportSize({ width: 360, height: 780 });
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), { message: path })
        .toBeLessThanOrEqual(0);
      await page.keyboard.press('t');
      await expect(page.getByRole('dialog').getByRole('slider')).toBeVisible();
      expect(await seriousOf(page), `${path}, time field open`).toEqual([]);
      await page.keyboard.press('Escape');
    }
  });
