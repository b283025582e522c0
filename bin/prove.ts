import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';

import { ensureBuild } from './build.ts';

const root = path.join(import.meta.dirname, '..');

/** Proofs that take too long for every check; what they print becomes a report. */
const PROOFS: Readonly<
  Record<string, { readonly args: readonly string[]; readonly env?: Readonly<Record<string, string>> }>
> = {
  kills: { args: ['bench/kills.ts', '10'] },
  etcd: { args: ['bench/etcd-leaders.ts', '20', '5'] },
  load: { args: ['bench/load.ts', '600'] },
  promql: { args: ['bench/promql.ts', '8000'] },
  durability: {
    args: ['node_modules/@playwright/test/cli.js', 'test', 'e2e/durability.spec.ts'],
    env: { QUORATE_KILLS: '20' },
  },
  notifications: {
    args: ['node_modules/@playwright/test/cli.js', 'test', 'e2e/notification-durability.spec.ts'],
    env: { QUORATE_KILLS: '20' },
  },
  stalls: {
    args: ['node_modules/@playwright/test/cli.js', 'test', 'e2e/stalls.spec.ts'],
    env: { QUORATE_STALLS: '3' },
  },
};

const name = process.argv[2] ?? '';
const proof = PROOFS[name];
if (proof === undefined) {
  console.error(`npm run prove -- <${Object.keys(PROOFS).join('|')}>`);
  process.exit(2);
}
if (!(await ensureBuild())) process.exit(1);
const child = spawn(process.execPath, [...proof.args, ...process.argv.slice(3)], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { PLAYWRIGHT_CHROMIUM_PATH: '/usr/bin/chromium', ...process.env, ...proof.env, FORCE_COLOR: '0' },
});
let output = '';
child.stdout.on('data', (chunk: Buffer) => {
  output += chunk.toString();
  process.stdout.write(chunk);
});
child.once('exit', (code) => {
  const report = `# ${name}\n\n\`npm run prove -- ${name}\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${availableParallelism()} cores, ${code === 0 ? 'passed' : 'failed'}.\n\n\`\`\`text\n${output.trim()}\n\`\`\`\n`;
  void mkdir(path.join(root, 'docs/reports'), { recursive: true })
    .then(() => writeFile(path.join(root, 'docs/reports', `${name}.md`), report))
    .then(() => process.exit(code ?? 1));
});
