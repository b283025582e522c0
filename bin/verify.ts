import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

interface Result {
  readonly code: number;
  readonly output: string;
}

const run = (
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Result> =>
  new Promise((resolve) => {
    const child = spawn(command, [...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...env, NEXT_TELEMETRY_DISABLED: '1', FORCE_COLOR: '0' },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      process.stdout.write(chunk);
    });
    child.once('error', (error) => resolve({ code: 1, output: String(error) }));
    child.once('exit', (code) => resolve({ code: code ?? 1, output }));
  });

/** Real systems that tests watch; where one is missing and may not be installed, its tests say so and are left out. */
const PACKAGES: Readonly<Record<string, string>> = {
  '/usr/bin/etcd': 'etcd-server',
  '/usr/bin/promtool': 'prometheus',
  '/usr/bin/firefox-esr': 'firefox-esr',
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc': 'fonts-noto-cjk',
};

/** Installs what tests need from Debian, when we may. */
const installPackages = async (): Promise<void> => {
  const missing = Object.entries(PACKAGES).flatMap(([file, name]) => (existsSync(file) ? [] : name));
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  console.log(`Installing ${missing.join(', ')} …`);
  const quiet = { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' }; // RUNLEVEL 1: start no service
  await run('apt-get', ['update', '-qq'], quiet);
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], quiet);
};

/** A browser that is there, or the one that Debian's packages bring when we may install them. */
const findBrowser = async (): Promise<string | null> => {
  const named = process.env.PLAYWRIGHT_CHROMIUM_PATH;
  if (named !== undefined && existsSync(named)) return named;
  const there = BROWSERS.find((file) => existsSync(file));
  if (there !== undefined) return there;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium …');
    await run('apt-get', ['update', '-qq']);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk']);
    return BROWSERS.find((file) => existsSync(file)) ?? null;
  }
  await run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium']);
  return null;
};

const bin = (name: string): string => path.join(root, 'node_modules', name);
const node = process.execPath;
const count = (output: string, pattern: RegExp): number =>
  [...output.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1]), 0);

let passed = 0;
let failed = 0;
const check = async (name: string, args: readonly string[]): Promise<boolean> => {
  console.log(`\n— ${name}`);
  const { code } = await run(node, args);
  if (code === 0) passed += 1;
  else failed += 1;
  return code === 0;
};

await installPackages();
const browser = await findBrowser();
if (browser !== null) process.env.PLAYWRIGHT_CHROMIUM_PATH = browser;

await check('format', [bin('oxfmt/bin/oxfmt'), '--check', '.']);
await check('lint', [bin('oxlint/bin/oxlint')]);
await check('route types', [bin('next/dist/bin/next'), 'typegen']);
await check('types', [bin('typescript/bin/tsc'), '--noEmit']);
await check('dead code', [bin('knip/bin/knip.js')]);

console.log('\n— unit tests');
const unit = await run(node, [
  '--test',
  '--conditions=react-server',
  'lib/**/*.test.ts',
  'demo/**/*.test.ts',
  'lint/*.test.ts',
  'bench/**/*.test.ts',
]);
passed += count(unit.output, /^ℹ pass (\d+)$/gm);
failed += Math.max(count(unit.output, /^ℹ fail (\d+)$/gm), unit.code === 0 ? 0 : 1);

if (await check('build', [bin('next/dist/bin/next'), 'build'])) {
  console.log('\n— end to end');
  const e2e = await run(node, [bin('@playwright/test/cli.js'), 'test']);
  const won = count(e2e.output, /^\s*(\d+) passed/gm);
  const lost = count(e2e.output, /^\s*(\d+) failed/gm);
  const late = count(e2e.output, /^\s*(\d+) flaky/gm);
  if (late > 0) console.log(`\n${late} of the tests passed only at the second try: see "flaky" above`);
  passed += won + late;
  failed += Math.max(lost, e2e.code === 0 ? 0 : 1);
}

console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
