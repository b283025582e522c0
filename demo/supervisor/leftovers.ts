import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

const stored = z.array(z.object({ pid: z.int().positive(), startTime: z.string() }));

/** When the kernel started a process (proc(5), `/proc/<pid>/stat` field 22), which tells it from a later one with the same number. */
const startTimeOf = (pid: number): string | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null; // the name in parentheses may hold anything
  } catch {
    return null;
  }
};

const fileIn = (dir: string): string => path.join(dir, 'pids.json');

/** Remembers the running processes, at once: a supervisor that is killed the next moment must have told whom it started. */
export const rememberProcesses = (dir: string, pids: readonly number[]): void => {
  const entries = pids.flatMap((pid) => {
    const startTime = startTimeOf(pid);
    return startTime === null ? [] : [{ pid, startTime }];
  });
  writeFileSync(`${fileIn(dir)}.new`, JSON.stringify(entries));
  renameSync(`${fileIn(dir)}.new`, fileIn(dir));
};

/** Nothing runs any more. */
export const forgetProcesses = (dir: string): void => rmSync(fileIn(dir), { force: true });

const GONE_WITHIN_MS = 5000;

/** A process that waits to be reaped holds its number, but no port any more. */
const isGone = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return true;
  }
};

/**
 * Kills what an earlier supervisor left behind, since members that were stopped by a signal cannot notice that it is gone, and waits until
 * their ports are free.
 */
export const killLeftovers = async (dir: string): Promise<number[]> => {
  let entries: z.infer<typeof stored>;
  try {
    entries = stored.parse(JSON.parse(readFileSync(fileIn(dir), 'utf8')));
  } catch {
    return []; // none was started from here
  }
  const left = entries.filter(({ pid, startTime }) => startTimeOf(pid) === startTime);
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  const end = performance.now() + GONE_WITHIN_MS;
  while (!left.every(({ pid }) => isGone(pid)) && performance.now() < end) await sleep(10);
  forgetProcesses(dir);
  return left.map(({ pid }) => pid);
};
