import { spawn } from 'node:child_process';
import { glob, stat } from 'node:fs/promises';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const SOURCES = [
  'app/**',
  'components/**',
  'lib/**',
  'demo/**',
  'public/**',
  '*.ts',
  '*.mjs',
  'package-lock.json',
];

/** Runs a command of the project and shows what it prints. @returns its exit code */
export const run = (args: readonly string[], signal?: AbortSignal): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [...args], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
      ...(signal === undefined ? {} : { signal }),
    });
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });

const changedAt = async (file: string): Promise<number> =>
  (await stat(path.join(root, file)).catch(() => null))?.mtimeMs ?? 0;

/** Whether the finished build is newer than everything it was made of. */
const isBuilt = async (): Promise<boolean> => {
  const built = await changedAt('.next/BUILD_ID');
  if (built === 0) return false;
  for await (const file of glob(SOURCES, { cwd: root })) if ((await changedAt(file)) > built) return false;
  return true;
};

/** Builds when there is no build newer than the sources. @returns whether there is one now */
export const ensureBuild = async (): Promise<boolean> => {
  if (await isBuilt()) return true;
  console.log('Building …');
  return (await run(['node_modules/next/dist/bin/next', 'build'])) === 0;
};
