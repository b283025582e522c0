import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import type { AlertsDto } from '#lib/api/schema-alerts.ts';
import type { RuleDto, RulesDto } from '#lib/api/schema-rules.ts';
import type { ClusterDto, TimelineDto } from '#lib/api/schema.ts';

import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';

interface Webhook {
  readonly version: string;
  readonly status: 'firing' | 'resolved';
  readonly receiver: string;
  readonly groupKey: string;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly startsAt: string;
    readonly endsAt: string;
    readonly fingerprint: string;
  }[];
}

/** A local webhook that keeps what it was told. */
const startReceiver = async () => {
  const got: { readonly key: string; readonly body: Webhook }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      got.push({ key: String(request.headers['idempotency-key']), body: JSON.parse(text) as Webhook });
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    got,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

let product: Product;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
test.beforeAll(async () => {
  product = await startProduct({ demo: true });
  receiver = await startReceiver();
});
test.afterAll(async () => {
  receiver.close();
  await product.stop();
});

test('by keyboard alone: a rule is written with completion, mended, previewed and saved; it fires after a kill, is told, and resolves after the heal', async ({
  page,
}) => {
  const cluster = () => product.get<ClusterDto>('/api/clusters/kv');
  const healthy = await eventually('kv is healthy', async () => {
    const now = await cluster();
    return now.verdict.level === 'healthy' && now.leader?.node != null ? now : null;
  });
  const leader = healthy.leader?.node ?? '';

  // The channel.
  await page.goto(`${product.url}/settings/notifications`);
  await page.getByRole('button', { name: 'Add a channel' }).focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('Name', { exact: true }).focus();
  await page.keyboard.type('hook');
  await page.keyboard.press('Tab');
  await page.keyboard.type(receiver.url);
  await page.keyboard.press('Tab');
  await page.keyboard.type('alertname="KvMemberGone"');
  await page.getByLabel('First wait').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('1s');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('2s');
  await page.getByRole('button', { name: 'Test', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText(/Accepted with 200/)).toBeVisible();
  expect(receiver.got).toHaveLength(1);
  await page.getByRole('button', { name: 'Save', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-channel="hook"]')).toBeVisible();

  // The rule: reached by keys, written with completion.
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  await expect(page).toHaveURL(/\/rules/);
  await page.getByRole('link', { name: 'New rule' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Rule', exact: true }).focus();
  await page.keyboard.type('KvMemberGone');
  const editor = page.getByRole('textbox', { name: 'Expression' });
  await editor.focus();
  await page.keyboard.type('quorate_node_sta');
  await expect(page.getByRole('option', { name: /quorate_node_state/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(editor).toContainText('quorate_node_state');
  await page.keyboard.type('{state="down", node=~"kv-.*"');
  await page.keyboard.press('End'); // past the bracket that closed itself
  await page.keyboard.type(' == on');
  await expect(page.getByTestId('expr-error')).toContainText(/line 1, column \d+/);
  await expect(page.locator('.cm-lintRange-error, .cm-lintPoint-error')).toHaveCount(1);
  for (let i = 0; i < 2; i += 1) await page.keyboard.press('Backspace');
  await page.keyboard.type('1');
  await expect(page.getByTestId('expr-error')).toHaveCount(0);
  await expect(page.getByTestId('result-quiet').or(page.getByTestId('result-now'))).toBeVisible();
  await page.getByLabel('Severity').selectOption('critical');
  await page.getByLabel('Summary').fill('{{ $labels.node }} is gone');
  await page.keyboard.press('ControlOrMeta+s');
  await expect(page.getByTestId('diff')).toContainText('KvMemberGone');
  await page.getByRole('button', { name: 'Save', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('version 1', { exact: true })).toBeVisible();
  const { groups } = await product.get<RulesDto>('/api/rules');
  expect(groups.flatMap((group) => group.rules).some((rule) => rule.name === 'KvMemberGone')).toBe(true);

  // What was saved is a rule file that Prometheus takes.
  const saved = groups.flatMap((group) => group.rules).find((rule) => rule.name === 'KvMemberGone');
  const { yaml } = await product.get<{ yaml: string }>(`/api/rules/${saved?.id ?? ''}/yaml`);
  const file = path.join(product.dataDir, 'saved.rules.yml');
  await writeFile(file, yaml);
  if (existsSync('/usr/bin/promtool'))
    expect(execFileSync('/usr/bin/promtool', ['check', 'rules', file], { encoding: 'utf8' })).toContain(
      '1 rules found',
    );

  // The kill: fires, and is told.
  const killedAt = Date.now();
  await fetch(`${product.url}/api/demo/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'kill', node: leader }),
  });
  const firing = await eventually(
    'the webhook has the alert',
    async () =>
      receiver.got.find(({ body }) => body.status === 'firing' && body.alerts[0]?.labels.node === leader) ??
      null,
    60_000,
  );
  expect(firing.body.version).toBe('4');
  expect(firing.body.alerts[0]?.annotations.summary).toBe(`${leader} is gone`);
  expect(firing.body.alerts[0]?.endsAt).toBe('0001-01-01T00:00:00Z');
  expect(firing.body.alerts[0]?.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  const { alerts } = await product.get<AlertsDto>('/api/alerts');
  expect(alerts.some((alert) => alert.rule === 'KvMemberGone' && alert.state === 'firing')).toBe(true);
  await expect(page.getByTestId('backtest')).toHaveAttribute('data-firing', 'true', { timeout: 30_000 });

  // Its page of alerts: the band stands beside the election.
  await page.goto(`${product.url}/alerts?range=1h`);
  await expect(page.getByText('KvMemberGone').first()).toBeVisible();
  const span = {
    from: new Date(killedAt - 60_000).toISOString(),
    to: new Date(Date.now() + 1000).toISOString(),
  };
  const { lanes } = await product.get<TimelineDto>(
    `/api/timeline?kinds=alert,role&from=${span.from}&to=${span.to}`,
  );
  const band = lanes.find(
    (lane) =>
      lane.kind === 'alert' && lane.segments.some((segment) => segment.detail.rule === 'KvMemberGone'),
  );
  expect(band?.segments.some((segment) => segment.value === 'firing')).toBe(true);
  const { events } = await product.get<{ events: { kind: string; at: string }[] }>(
    '/api/events?kind=leader.elected&cluster=kv',
  );
  expect(events.some((event) => Date.parse(event.at) >= killedAt)).toBe(true);

  // The heal: resolves, and is told.
  await fetch(`${product.url}/api/demo/faults`, { method: 'DELETE' });
  const resolved = await eventually(
    'the webhook hears that it is over',
    async () =>
      receiver.got.find(({ body }) => body.status === 'resolved' && body.alerts[0]?.labels.node === leader) ??
      null,
    90_000,
  );
  expect(Date.parse(resolved.body.alerts[0]?.endsAt ?? '')).toBeGreaterThan(
    Date.parse(resolved.body.alerts[0]?.startsAt ?? ''),
  );
  await page.reload();
  await expect(page.getByText('KvMemberGone').first()).toBeVisible();
});

const seriousOf = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`);
const post = async <T>(path: string, body: unknown, method = 'POST', version: number | null = null) => {
  const response = await fetch(product.url + path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(version === null ? {} : { 'if-match': `"${version}"` }),
    },
    body: JSON.stringify(body),
  });
  expect(response.ok, `${path}: ${await response.clone().text()}`).toBe(true);
  return (await response.json()) as T; // the caller names the DTO of the address
};
const checkRules = async (yaml: string): Promise<void> => {
  if (!existsSync('/usr/bin/promtool')) return;
  const file = path.join(product.dataDir, 'checked.rules.yml');
  await writeFile(file, yaml);
  execFileSync('/usr/bin/promtool', ['check', 'rules', file]); // throws when it refuses
};

test('by keyboard: a recording rule is made in a group of its own interval, drawn, recorded, and deleted', async ({
  page,
}) => {
  await page.goto(`${product.url}/rules/new`);
  await page.getByRole('button', { name: 'Record', exact: true }).press('Enter');
  await expect(page.getByLabel('Severity')).toHaveCount(0);
  await expect(page.getByLabel('For', { exact: true })).toHaveCount(0);
  await expect(page.getByLabel('Summary')).toHaveCount(0);
  const name = page.getByRole('textbox', { name: 'Rule', exact: true });
  await name.fill('up nodes');
  await expect(page.getByText('invalid recording rule name: up nodes')).toBeVisible();
  await name.fill('fleet:nodes_up:sum');
  await page.getByRole('textbox', { name: 'Expression' }).focus();
  await page.keyboard.type('sum(quorate_node_state{state="up"})');
  await page.getByLabel('Group', { exact: true }).fill('fleet');
  await expect(page.getByTestId('result-now').locator('[data-state="recorded"]')).toContainText(
    'fleet:nodes_up:sum',
  );
  await expect(page.locator('.recharts-line path').first()).toBeAttached();
  await expect(page.getByTestId('group-settings')).toContainText('every 5\u00a0s');

  await page.getByRole('button', { name: 'Edit group' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Interval of evaluation').fill('now');
  await expect(dialog.getByText('Write a span from 1s to 1d')).toBeVisible();
  await dialog.getByLabel('Interval of evaluation').fill('2s');
  await dialog.getByLabel(/^Most alerts or series/).fill('40');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('group-settings')).toContainText('every 2\u00a0s · at most 40 per rule');
  await page.keyboard.press('ControlOrMeta+s');
  await expect(page.getByTestId('diff')).toContainText('interval: 2s');
  await page.getByRole('button', { name: 'Save', exact: true }).press('Enter');
  await expect(page.getByText('version 1', { exact: true })).toBeVisible();

  const { groups } = await product.get<RulesDto>('/api/rules');
  const fleet = groups.find((group) => group.name === 'fleet');
  expect(fleet).toMatchObject({ intervalMs: 2000, limit: 40, version: 1 });
  const id = fleet?.rules[0]?.id ?? '';
  await checkRules((await product.get<{ yaml: string }>(`/api/rules/${id}/yaml`)).yaml);
  await eventually('it is recorded', async () => {
    const { data } = await product.get<{ data: { result: { value: [number, string] }[] } }>(
      '/api/v1/query?query=fleet:nodes_up:sum',
    );
    return Number(data.result[0]?.value[1] ?? 0) > 0;
  });
  await page.goto(`${product.url}/rules`);
  await expect(page.locator('[data-group="fleet"]')).toContainText('every 2\u00a0s · at most 40 per rule');
  await page.locator('[data-group="fleet"]').getByRole('link', { name: 'fleet:nodes_up:sum' }).press('Enter');
  await page.getByRole('button', { name: 'Delete' }).press('Enter');
  await expect(page).toHaveURL(`${product.url}/rules`);
  await expect(page.getByText('fleet:nodes_up:sum', { exact: true })).toHaveCount(0);
});

test('by keyboard: unit tests are written beside the rule, run with what stands in the editor, and kept in its versions', async ({
  page,
}) => {
  const rule = await post<RuleDto>('/api/rules', {
    group: 'own',
    name: 'NodeGone',
    expr: 'quorate_node_state == 1',
    labels: { severity: 'warning' },
  });
  await page.goto(`${product.url}/rules/${rule.id}`);
  await page.getByRole('tab', { name: 'Rule' }).press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Tests' })).toBeFocused();
  await page.getByRole('button', { name: 'Begin with an example' }).press('Enter');
  await expect(page.getByTestId('tests-passed')).toHaveText('1 of 1 test holds');

  const field = page.getByRole('textbox', { name: 'Tests' });
  const example = await field.inputValue();
  await field.fill(example.replace('{ node: a', '{ node: b'));
  await expect(page.getByTestId('tests-passed')).toHaveText('0 of 1 test holds');
  await expect(page.getByTestId('test-failure')).toContainText('Alert NodeGone at 1m');
  await expect(page.getByTestId('test-failure').locator('pre').first()).toContainText('node="b"');
  await expect(page.getByTestId('test-failure').locator('pre').last()).toContainText('node="a"');
  await field.fill(example.replace('0x5 1x10', '0x5 one'));
  await expect(page.getByTestId('tests-error')).toContainText('"one" is no value');
  await page.getByTestId('tests-error').getByRole('button').press('Enter');
  await expect(field).toBeFocused();
  await expect(page.getByRole('button', { name: 'Review and save' })).toBeDisabled();
  await field.fill(example);
  await expect(page.getByTestId('tests-passed')).toHaveText('1 of 1 test holds');
  await page.keyboard.press('ControlOrMeta+s');
  await expect(page.getByTestId('diff')).toContainText('NodeGone on an example');
  await page.getByRole('button', { name: 'Save', exact: true }).press('Enter');
  await expect(page.getByText('version 2', { exact: true })).toBeVisible();
  expect((await product.get<RuleDto>(`/api/rules/${rule.id}`)).tests).toBe(example);
  if (existsSync('/usr/bin/promtool')) {
    await writeFile(
      path.join(product.dataDir, 'rules.yml'),
      (await product.get<{ yaml: string }>(`/api/rules/${rule.id}/yaml`)).yaml,
    );
    await writeFile(path.join(product.dataDir, 'tests.yml'), example);
    execFileSync('/usr/bin/promtool', ['test', 'rules', 'tests.yml'], { cwd: product.dataDir });
  }
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByRole('button', { name: 'version 2', exact: true }).press('Enter');
  await expect(page.getByTestId('diff')).toContainText('NodeGone on an example');

  await page.goto(`${product.url}/rules/ready-QuorumLost`);
  await page.getByRole('tab', { name: 'Tests' }).click();
  await expect(page.getByTestId('ready-tests')).toContainText('alertname: QuorumLost');
  await expect(page.getByTestId('tests-passed')).toHaveText('1 of 1 test holds');
  await expect(page.getByRole('textbox', { name: 'Tests' })).toHaveCount(0);
});

for (const [theme, width, lang] of [
  ['light', 1440, 'zh'],
  ['dark', 390, 'en'],
] as const)
  test(`every tab of a rule, its group and its past: no serious finding, no sideways scroll: ${theme}, ${width} px, ${lang}`, async ({
    browser,
  }) => {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    await context.addCookies([
      { name: 'theme', value: theme, url: product.url },
      { name: 'lang', value: lang, url: product.url },
    ]);
    const tests = `tests: [{alert_rule_test: [{alertname: A, exp_alerts: [{exp_labels: {some_label_that_is_long: and_a_value_that_is_longer}}]}]}]`;
    const rule = await post<RuleDto>('/api/rules', { group: 'own', name: 'A', expr: 'up == 0', tests });
    const page = await context.newPage();
    const look = async (what: string): Promise<void> => {
      await expect(page.locator('.skeleton'), what).toHaveCount(0);
      expect(await seriousOf(page), what).toEqual([]);
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), { message: what })
        .toBeLessThanOrEqual(0);
    };
    await page.goto(`${product.url}/rules/${rule.id}`);
    for (const tab of ['rule', 'tests', 'yaml', 'history']) {
      await page.locator(`#tab-${tab}`).click();
      if (tab === 'tests') await expect(page.getByTestId('test-failure')).toBeVisible();
      await look(tab);
    }
    await page.goto(`${product.url}/rules`);
    await page.locator('[data-group="own"] .head button').click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await look('group');
    await page.goto(`${product.url}/rules?at=${rule.changedAt}`);
    await expect(page.locator('h1')).toContainText(lang === 'zh' ? '当时' : 'in force');
    await look('past');
    await context.close();
  });

test('a past instant shows the rules that were in force then', async ({ page }) => {
  const before = new Date().toISOString();
  const draft = { group: 'then', name: 'Then', expr: 'up == 0', forMs: 60_000 };
  const made = await post<RuleDto>('/api/rules', draft);
  await post(`/api/rules/groups/then`, { intervalMs: 30_000 }, 'PUT', 0);
  const between = await eventually('a millisecond passes', () => {
    const now = new Date().toISOString();
    return now > (made.changedAt ?? '') ? now : null;
  });
  await eventually('another one', () => new Date().toISOString() > between);
  await post(`/api/rules/${made.id}`, { ...draft, expr: 'up == 2' }, 'PUT', 1);
  await page.goto(`${product.url}/rules/${made.id}?at=${between}`);
  await expect(page.locator('.cm-content')).toContainText('up == 0');
  await expect(page.getByText('version 1', { exact: true })).toBeVisible();
  await expect(page.getByTestId('group-settings')).toContainText('every 30\u00a0s');
  await expect(page.getByRole('button', { name: /Review and save|Delete|Switch off/ })).toHaveCount(0);
  await page.getByRole('tab', { name: 'YAML' }).click();
  await expect(page.getByTestId('yaml')).toContainText('expr: up == 0');
  await page.goto(`${product.url}/rules?at=${between}`);
  await expect(page.locator('h1')).toContainText('rules were in force');
  await expect(page.locator('[data-rule="Then"]')).toContainText('had no alert');
  await expect(page.locator('[data-rule="Then"]')).toContainText('up == 0');
  await page.keyboard.press('.');
  await expect(page.locator('[data-rule="Then"]')).toContainText('up == 2');
  await page.goto(`${product.url}/rules/${made.id}?at=${before}`);
  await expect(page.locator('h1')).toHaveText('This rule was not there at that instant.');
});

test('a rule file that changes is read at once; a bad one is told with its place, and its rules stay', async ({
  page,
}) => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'quorate-files-'));
  const file = path.join(dataDir, 'own.rules.yml');
  const write = (expr: string) =>
    writeFile(file, `groups:\n  - name: mine\n    rules:\n      - { alert: Mine, expr: "${expr}" }\n`);
  await write('vector(1)');
  const own = await startProduct({ dataDir, config: 'rule_files: ["*.rules.yml"]\n' });
  try {
    await page.goto(`${own.url}/rules`);
    const row = page.locator('[data-rule="Mine"]');
    await expect(row).toContainText('vector(1)');
    await expect(row).toContainText('firing', { timeout: 30_000 });
    const since = async () => (await own.get<AlertsDto>('/api/alerts')).alerts[0]?.since;
    const began = await since();
    await write('vector(1');
    await expect(page.getByRole('alert')).toContainText(/own\.rules\.yml:4:\d+: could not parse expression/);
    await expect(row).toContainText('vector(1)');
    await write('vector(2)');
    await expect(row).toContainText('vector(2)');
    await expect(page.getByText(/could not parse/)).toHaveCount(0);
    expect(await since()).toBe(began);
  } finally {
    await own.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});
