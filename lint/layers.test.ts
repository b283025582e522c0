import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { lintConfig } from './config.ts';
import { LAYERS } from './layers.ts';

const root = path.join(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(tmpdir(), 'layers-'));
after(() => rmSync(folder, { recursive: true }));

/** Lints planted files under the project's own configuration. @returns what was reported, by file */
const lint = (files: Readonly<Record<string, string>>): string => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(root, '.oxlintrc.json'), path.join(folder, '.oxlintrc.json'));
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ type: 'module', imports: { '#lib/*': './lib/*' } }),
  );
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  try {
    return execFileSync(
      process.execPath,
      [path.join(root, 'node_modules/oxlint/bin/oxlint'), '--format', 'unix', '.'],
      { cwd: folder, encoding: 'utf8' },
    );
  } catch (cause) {
    return cause instanceof Error && 'stdout' in cause ? String(cause.stdout) : '';
  }
};

test('the written configuration is the one that the table gives', () => {
  assert.deepEqual(
    JSON.parse(readFileSync(path.join(root, '.oxlintrc.json'), 'utf8')),
    JSON.parse(JSON.stringify(lintConfig())),
  );
});

test('every folder of lib stands in the table', () => {
  const known = LAYERS.flatMap((layer) => layer.folders);
  for (const name of readdirSync(path.join(root, 'lib')))
    assert.ok(known.includes(name), `lib/${name} is in no layer`);
});

for (const layer of LAYERS)
  for (const own of layer.folders)
    test(`${own}: an import that its layer forbids is reported, and so is one by a long relative path`, () => {
      const forbidden = LAYERS.flatMap((each) => each.folders).find(
        (each) => each !== own && !layer.imports.some((allowed) => allowed.split('/')[0] === each),
      );
      const allowed = layer.imports[0];
      const files: Record<string, string> = {
        [`lib/${own}/deep/relative.ts`]: "import '../../model/node.ts';\n",
        [`lib/${own}/fine.ts`]:
          allowed === undefined
            ? 'export const fine = 1;\n'
            : `import '#lib/${allowed.endsWith('.ts') ? allowed : `${allowed}/x.ts`}';\n`,
      };
      if (forbidden !== undefined) {
        files[`lib/${own}/upward.ts`] = `import '#lib/${forbidden}/x.ts';\n`;
        files[`lib/${own}/type-only.ts`] =
          `import type { X } from '#lib/${forbidden}/x.ts';\nexport type Y = X;\n`;
      }
      if (layer.pure) {
        files[`lib/${own}/node.ts`] = "import 'node:fs';\n";
        files[`lib/${own}/clock.ts`] = 'export const now = () => Date.now();\n';
        files[`lib/${own}/chance.ts`] = 'export const chance = () => Math.random();\n';
        files[`lib/${own}/timer.ts`] = 'export const later = () => setTimeout(() => undefined, 1);\n';
      }
      const report = lint(files);
      for (const name of Object.keys(files)) {
        const isReported = report.includes(name);
        assert.equal(isReported, !name.endsWith('fine.ts'), `${name}: ${report}`);
      }
    });

test('a component that reaches for the domain, a page that reaches for the engine, and a cycle are reported', () => {
  const report = lint({
    'components/bad.tsx': "import '#lib/consensus/view.ts';\n",
    'app/page.tsx': "import '#lib/engine/boot.ts';\n",
    'lib/model/a.ts': "import { b } from './b.ts';\nexport const a = () => b;\n",
    'lib/model/b.ts': "import { a } from './a.ts';\nexport const b = () => a;\n",
    'lib/model/any.ts': 'export const x = (y: any) => y;\n',
  });
  for (const name of ['components/bad.tsx', 'app/page.tsx', 'lib/model/a.ts', 'lib/model/any.ts'])
    assert.ok(report.includes(name), `${name}: ${report}`);
});
