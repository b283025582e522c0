import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_WITHIN_MS = 15_000;
const STOP_WITHIN_MS = 1000;

export interface ChildOptions {
  readonly node: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

/** One process of the sample cluster, through all its lives. */
export class Child {
  readonly node: string;
  readonly #options: ChildOptions;
  #process: ChildProcess | null = null;
  #exit: Promise<unknown> = Promise.resolve();
  paused = false;

  constructor(options: ChildOptions) {
    this.node = options.node;
    this.#options = options;
  }

  get alive(): boolean {
    return (
      this.#process?.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null
    );
  }

  get pid(): number | null {
    return this.alive ? (this.#process?.pid ?? null) : null;
  }

  /** Starts the process; `ready` resolves when it listens, and throws when it dies before or takes too long. */
  start(): { readonly ready: Promise<void> } {
    const { node, file, env, log } = this.#options;
    const child = spawn(process.execPath, [file], {
      env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', NODE_NO_WARNINGS: '1', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process = child;
    this.paused = false;
    child.stdin.on('error', () => undefined); // the process is gone; its exit says so
    const failed = new Promise<Error>((resolve) => child.once('error', resolve));
    this.#exit = once(child, 'exit').catch(() => undefined);
    const closed = once(child, 'close').then(([code, signal]) => `exit ${String(code ?? signal)}`, String); // after its last words
    let words = '';
    createInterface(child.stderr).on('line', (line) => {
      if (words === '' || line.includes('Error')) words = line;
      log(`${node}: ${line}`);
    });
    const listens = new Promise<void>((resolve) => {
      createInterface(child.stdout).on('line', (line) => {
        if (line.startsWith('{"ready":true')) resolve();
        else log(`${node}: ${line}`);
      });
    });
    const late = new AbortController();
    const ready = Promise.race([
      listens,
      failed.then((error) => Promise.reject(error)),
      closed.then((how) =>
        Promise.reject(new Error(`${node} did not start (${how}): ${words || 'it said nothing'}`)),
      ),
      sleep(READY_WITHIN_MS, undefined, { signal: late.signal }).then(() =>
        Promise.reject(new Error(`${node} is not ready ${READY_WITHIN_MS / 1000} s after its start`)),
      ),
    ]).finally(() => late.abort());
    return { ready };
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.alive) this.#process?.kill(signal);
    this.paused = this.alive && signal === 'SIGSTOP';
  }

  async kill(): Promise<void> {
    if (this.alive) this.#process?.kill('SIGKILL');
    this.paused = false;
    await this.#exit;
  }

  /** Asks the process to end (its stdin closes, SIGTERM), then kills it. */
  async stop(): Promise<void> {
    if (!this.alive) return;
    this.signal('SIGCONT');
    this.#process?.stdin?.end();
    this.#process?.kill('SIGTERM');
    const waited = new AbortController();
    await Promise.race([
      this.#exit,
      sleep(STOP_WITHIN_MS, undefined, { signal: waited.signal }).catch(() => undefined),
    ]);
    waited.abort();
    await this.kill();
  }
}
