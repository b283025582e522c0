import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import type { AlertsDto } from '#lib/api/schema-alerts.ts';
import type {
  RuleDto,
  RuleGroupDto,
  RuleGroupVersionsDto,
  RulesDto,
  RuleTestsDto,
} from '#lib/api/schema-rules.ts';

import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';

let product: Product;
test.beforeAll(async () => {
  product = await startProduct({ demo: true });
});
test.afterAll(() => product.stop());

const seriousOf = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`);
const post = async <T>(
  path: string,
  body: unknown,
  method: 'POST' | 'PUT' = 'POST',
  version: number | null = null,
) => {
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

  await page.locator('[data-group="fleet"] .head button').press('Enter');
  await dialog.getByLabel(/^Most alerts or series/).fill('50');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-group="fleet"]')).toContainText('at most 50 per rule');
  await page.locator('[data-group="fleet"] .head button').press('Enter');
  await dialog.getByRole('button', { name: 'version 2', exact: true }).press('Enter');
  await expect(dialog.getByTestId('diff')).toContainText('− limit: 40');
  await expect(dialog.getByTestId('diff')).toContainText('+ limit: 50');
  await dialog.getByRole('button', { name: 'Restore: version 1' }).press('Enter');
  await expect(page.locator('[data-group="fleet"]')).toContainText('at most 40 per rule');
  const { versions } = await product.get<RuleGroupVersionsDto>('/api/rules/groups/fleet/versions');
  expect(versions.map((one) => [one.version, one.change, one.actor, one.settings.limit])).toEqual([
    [3, 'restored', 'local', 40],
    [2, 'edited', 'local', 50],
    [1, 'created', 'local', 40],
  ]);

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

test('the unit tests of an alert find what another rule of its group records', async () => {
  const group = 'pair';
  const rule = { group, kind: 'record', name: 'pair:half', expr: 'load / 2' };
  const half = await post<RuleDto>('/api/rules', rule);
  const tests = `evaluation_interval: 5s
tests:
  - interval: 5s
    input_series: [{ series: 'load', values: '2 8' }]
    alert_rule_test:
      - { alertname: TooMuch, eval_time: 0s, exp_alerts: [] }
      - { alertname: TooMuch, eval_time: 5s, exp_alerts: [{}] }
`;
  const alert = { group, name: 'TooMuch', expr: 'pair:half > 3', tests };
  const outcome = async (draft: object): Promise<number[]> =>
    (await post<RuleTestsDto>('/api/rules/test', draft)).tests.map(({ failures }) => failures.length);
  expect(await outcome(alert), 'with the definition that is in force').toEqual([0]);
  expect(await outcome({ ...alert, group: 'alone' })).toEqual([1]);
  const saved = await post<RuleDto>('/api/rules', alert);
  const quarter = { ...rule, expr: 'load / 4', tests, id: half.id };
  expect(await outcome(quarter), 'a draft takes the place of its rule').toEqual([1]);
  expect(await outcome({ ...alert, expr: 'pair:half > 1', id: saved.id })).toEqual([0]);
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
    const { version } = await product.get<RuleGroupDto>('/api/rules/groups/own');
    await post('/api/rules/groups/own', { intervalMs: 5000 + version * 1000 }, 'PUT', version);
    await page.reload();
    await page.locator('[data-group="own"] .head button').click();
    await page.getByRole('dialog').locator('ol button').first().click();
    await expect(page.getByRole('dialog').getByTestId('diff')).toBeVisible();
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
  const config = 'global: { evaluation_interval: 2s }\nrule_files: ["*.rules.yml"]\n';
  const own = await startProduct({ dataDir, config });
  try {
    await page.goto(`${own.url}/rules`);
    const row = page.locator('[data-rule="Mine"]');
    await expect(row).toContainText('vector(1)');
    await expect(row).toContainText('firing', { timeout: 30_000 });
    const since = async () => (await own.get<AlertsDto>('/api/alerts')).alerts[0]?.since;
    const began = await since();
    await write('vector(1');
    await expect(page.getByRole('main').getByRole('alert')).toContainText(
      /own\.rules\.yml:4:\d+: could not parse expression/,
    );
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

test('a rule that was deleted by mistake is back with one press', async ({ page }) => {
  const rule = await post<RuleDto>('/api/rules', {
    group: 'mine',
    name: 'Precious',
    expr: 'quorate_cluster_contested == 1',
    labels: { severity: 'warning' },
  });
  await page.goto(`${product.url}/rules/${rule.id}`);
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page).toHaveURL(`${product.url}/rules`);
  await expect(page.getByRole('link', { name: 'Precious' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).press('Enter');
  await expect(page).toHaveURL(`${product.url}/rules/${rule.id}`);
  await expect(page.getByRole('textbox', { name: 'Rule', exact: true })).toHaveValue('Precious');
});
