#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { problemText } from '#lib/engine/config/config.ts';
import { loadConfig } from '#lib/engine/config/load.ts';

import { callServer } from './client.ts';

const root = path.join(import.meta.dirname, '..');

const USAGE = `quorate [serve]              start the dashboard
  --listen HOST:PORT           where to listen; 127.0.0.1:9320
  --data DIR                   where everything is kept; ./data
  --config FILE                a quorate.yml or prometheus.yml
  --demo                       start the sample cluster beside it
  --insecure                   allow an address that other machines reach, without accounts
quorate check-config FILE      say whether a configuration is good, and where it is not
quorate status                 what a running dashboard says, in a few lines
quorate demo list|heal         the sample cluster's processes and faults; heal all faults
quorate demo fault KIND NODE [PEER] [both|to|from]
                               kill, stop, restart … a process, or cut a link (PEER may be monitor)
quorate version
  --url URL                    the running dashboard; http://127.0.0.1:9320`;

const fail = (message: string, code = 1): never => {
  console.error(`quorate: ${message}`);
  process.exit(code);
};

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1', '[::1]']);

const serve = (options: {
  listen: string;
  data: string | undefined;
  config: string | undefined;
  demo: boolean;
  insecure: boolean;
}): void => {
  if (Number(process.versions.node.split('.')[0]) < 24)
    fail(
      `Node ${process.versions.node} is too old; run it by "npm run up" or "npm start", which bring Node 24`,
    );
  const parts = /^(.*):(\d{1,5})$/.exec(options.listen);
  if (parts?.[1] === undefined || parts[2] === undefined || Number(parts[2]) > 65_535)
    return fail(`--listen: "${options.listen}" is no HOST:PORT, as in 127.0.0.1:9320`);
  const [, host, port] = parts;
  if (!LOOPBACK.has(host) && !options.insecure)
    fail(
      `--listen: ${host} can be reached by other machines, and there are no accounts yet; use 127.0.0.1 behind a proxy, or add --insecure`,
    );
  const env = {
    ...process.env,
    NODE_ENV: 'production' as const,
    NEXT_MANUAL_SIG_HANDLE: 'true',
    NEXT_TELEMETRY_DISABLED: '1',
    QUORATE_LISTEN: options.listen,
    ...(options.data === undefined ? {} : { QUORATE_DATA: path.resolve(options.data) }),
    ...(options.config === undefined ? {} : { QUORATE_CONFIG: path.resolve(options.config) }),
    ...(options.demo ? { QUORATE_DEMO: '1' } : {}),
  };
  const next = path.join(root, 'node_modules/next/dist/bin/next');
  process.chdir(root);
  // One process: signals reach the server itself, and nothing is left behind when it ends.
  process.execve?.(
    process.execPath,
    [process.execPath, next, 'start', '--hostname', host, '--port', port],
    env,
  );
};

const checkConfig = async (file: string): Promise<number> => {
  let text = '';
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    return fail(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const loaded = loadConfig(text, file);
  for (const line of (loaded.ok ? loaded.warnings : loaded.problems).map(problemText))
    console.error(loaded.ok ? `warning: ${line}` : line);
  if (!loaded.ok) return 1;
  const { clusters, heartbeats, scrapes } = loaded.config;
  console.log(
    `${file} is good: ${clusters.length} clusters, ${heartbeats.length} heartbeat jobs, ${scrapes.length} scrape jobs.`,
  );
  return 0;
};

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      listen: { type: 'string', default: '127.0.0.1:9320' },
      data: { type: 'string' },
      config: { type: 'string' },
      demo: { type: 'boolean', default: false },
      insecure: { type: 'boolean', default: false },
      url: { type: 'string', default: 'http://127.0.0.1:9320' },
      help: { type: 'boolean', default: false },
    },
  });
  const [command = 'serve', ...rest] = positionals;
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  switch (command) {
    case 'serve':
      serve({
        listen: values.listen,
        data: values.data,
        config: values.config,
        demo: values.demo,
        insecure: values.insecure,
      });
      return 1;
    case 'check-config':
      return rest[0] === undefined ? fail('check-config needs a file') : checkConfig(rest[0]);
    case 'version':
      console.log('quorate 0.1.0');
      return 0;
    case 'status':
    case 'demo':
      return callServer(values.url, command, rest);
    default:
      console.error(USAGE);
      return fail(`there is no command "${command}"`, 2);
  }
};

main().then(
  (code) => {
    process.exitCode = code;
  },
  (cause: unknown) => fail(cause instanceof Error ? cause.message : String(cause), 2),
);
