import assert from 'node:assert/strict';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { SampleCluster } from './supervisor.ts';
import { startSampleCluster } from './supervisor.ts';

const STAND_IN = path.join(import.meta.dirname, 'supervisor', 'testdata');
const WAIT_MS = 30_000;

/** A folder of its own for the test, removed after whatever was started in it has ended. */
const folder = async (t: TestContext) => {
  const dir = await mkdtemp(path.join(tmpdir(), 'quorate-sample-'));
  const started: SampleCluster[] = [];
  t.after(async () => {
    await Promise.all(started.map((cluster) => cluster.stop()));
    await rm(dir, { recursive: true, force: true });
  });
  const start = async (root?: string): Promise<SampleCluster> => {
    const cluster = await startSampleCluster({
      dir,
      log: () => undefined,
      signal: t.signal,
      ...(root === undefined ? {} : { root }),
    });
    started.push(cluster);
    return cluster;
  };
  return { dir, start };
};

const members = (cluster: SampleCluster) => {
  const { groups, services } = cluster.describe();
  return [...groups.flatMap((group) => group.members), ...services];
};

const member = (cluster: SampleCluster, node: string) => {
  const found = members(cluster).find((candidate) => candidate.node === node);
  assert.ok(found, node);
  return found;
};

/** The state letter of proc(5), or null when there is no such process (a zombie is one that nobody has collected yet). */
const stateOf = (pid: number): string | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  } catch {
    return null;
  }
};

const pidOf = (cluster: SampleCluster, node: string): number => {
  const { pid } = member(cluster, node);
  assert.ok(pid !== null, `${node} has no pid`);
  return pid;
};

const until = async <T>(what: string, probe: () => Promise<T | null> | T | null): Promise<T> => {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(20)) {
    const found = await probe();
    if (found !== null) return found;
  }
  throw new Error(`waited ${WAIT_MS} ms in vain until ${what}`);
};

const getJson = async (address: string, url: string): Promise<Record<string, unknown> | null> => {
  try {
    const response = await fetch(`http://${address}${url}`, { signal: AbortSignal.timeout(1000) });
    return (await response.json()) as Record<string, unknown>;
  } catch {
    return null;
  }
};

const cutsAt = async (cluster: SampleCluster, node: string) =>
  (await getJson(member(cluster, node).address, '/status'))?.cuts;

test('signals, cuts and healing reach the real processes, and nothing is left behind', async (t) => {
  const cluster = await (await folder(t)).start(STAND_IN);
  assert.equal(members(cluster).filter(({ alive }) => alive).length, 10);
  const pids = members(cluster).map(({ node }) => pidOf(cluster, node));

  const kill = await cluster.inject({ kind: 'kill', node: 'kv-1' });
  assert.deepEqual([member(cluster, 'kv-1').alive, member(cluster, 'kv-1').pid], [false, null]);
  const stop = await cluster.inject({ kind: 'stop', node: 'px-2' });
  await until('px-2 is stopped', () => (stateOf(pidOf(cluster, 'px-2')) === 'T' ? true : null));
  assert.equal(member(cluster, 'px-2').alive, true);

  await cluster.inject({ kind: 'partition', node: 'kv-2', peer: 'kv-3', direction: 'to' });
  const isolation = await cluster.inject({ kind: 'partition', node: 'px-1' });
  await cluster.inject({ kind: 'partition', node: 'kv-4', peer: 'monitor' });
  assert.deepEqual(await cutsAt(cluster, 'kv-2'), [{ peer: 'kv-3', to: true, from: false }]);
  assert.deepEqual(await cutsAt(cluster, 'kv-3'), [{ peer: 'kv-2', to: false, from: true }]);
  assert.deepEqual(await cutsAt(cluster, 'kv-4'), [{ peer: 'monitor', to: true, from: true }]);
  assert.deepEqual(await cutsAt(cluster, 'px-3'), [{ peer: 'px-1', to: true, from: true }]);
  assert.equal(cluster.describe().faults.length, 5);

  await cluster.heal(stop);
  assert.notEqual(stateOf(pidOf(cluster, 'px-2')), 'T');
  assert.deepEqual(
    await cutsAt(cluster, 'px-2'),
    [{ peer: 'px-1', to: true, from: true }],
    'told what it had missed',
  );
  await cluster.heal(isolation);
  assert.deepEqual(await cutsAt(cluster, 'px-3'), []);
  await cluster.inject({ kind: 'restart', node: 'kv-2' });
  assert.deepEqual(
    await cutsAt(cluster, 'kv-2'),
    [{ peer: 'kv-3', to: true, from: false }],
    'a restart heals no cut',
  );
  await cluster.heal(kill);
  assert.equal(member(cluster, 'kv-1').alive, true);
  await assert.rejects(cluster.heal(kill), /no fault/);

  process.kill(pidOf(cluster, 'kv-5'), 'SIGKILL');
  await until('kv-5 is seen to be dead', () => (member(cluster, 'kv-5').alive ? null : true));
  await cluster.inject({ kind: 'stop', node: 'web-1' });
  await cluster.healAll();
  assert.deepEqual(cluster.describe().faults, []);
  assert.ok(members(cluster).every(({ alive }) => alive));
  assert.deepEqual(await cutsAt(cluster, 'kv-3'), []);

  await cluster.inject({ kind: 'stop', node: 'kv-3' });
  pids.push(...members(cluster).map(({ node }) => pidOf(cluster, node)));
  await cluster.stop();
  assert.deepEqual(
    pids.filter((pid) => stateOf(pid) !== null),
    [],
  );
  await assert.rejects(cluster.inject({ kind: 'kill', node: 'kv-1' }), /stopping/);
});

test('what the cluster cannot do is refused with what it can', async (t) => {
  const cluster = await (await folder(t)).start(STAND_IN);
  await assert.rejects(
    cluster.inject({ kind: 'skew', node: 'kv-1' }),
    /'skew'.*kill, stop, continue, restart, partition/,
  );
  await assert.rejects(cluster.inject({ kind: 'kill', node: 'kv-9' }), /'kv-9'.*kv-1, .*web-2/);
  await assert.rejects(cluster.inject({ kind: 'partition', node: 'kv-1', peer: 'nobody' }), /'nobody'/);
  await assert.rejects(cluster.inject({ kind: 'partition', node: 'kv-1', peer: 'kv-1' }), /itself/);
  assert.deepEqual(cluster.describe().faults, []);
});

test('a service writes to both groups, beats, and falls silent when the monitor is cut off', async (t) => {
  const cluster = await (await folder(t)).start(STAND_IN);
  const { address } = member(cluster, 'web-1');
  const metrics = async () => (await fetch(`http://${address}/metrics`)).text();
  for (const target of ['kv', 'px'])
    await until(`web-1 writes to ${target}`, async () =>
      new RegExp(`service_requests_total\\{target="${target}",outcome="ok"\\} [1-9]`).test(await metrics())
        ? true
        : null,
    );
  const [first, second] = [await getJson(address, '/heartbeat'), await getJson(address, '/heartbeat')];
  assert.equal(first?.node, 'web-1');
  assert.equal(first?.incarnation, second?.incarnation);
  assert.equal(Number(second?.seq), Number(first?.seq) + 1);
  const cut = await cluster.inject({ kind: 'partition', node: 'web-1', peer: 'monitor' });
  assert.equal(await getJson(address, '/health'), null);
  await cluster.heal(cut);
  await cluster.inject({ kind: 'restart', node: 'web-1' });
  assert.notEqual((await getJson(address, '/heartbeat'))?.incarnation, first?.incarnation);
});

test('addresses stay from run to run, and what a killed supervisor left behind is killed', async (t) => {
  const { dir, start } = await folder(t);
  const script = `
    import { startSampleCluster } from '#demo/supervisor.ts';
    const [dir, root] = process.argv.slice(1);
    const cluster = await startSampleCluster({ dir, root, log: () => undefined, signal: new AbortController().signal });
    await cluster.inject({ kind: 'stop', node: 'kv-1' });
    console.log(JSON.stringify({ config: cluster.config(), pid: cluster.describe().groups[0].members[0].pid }));`;
  const killed = spawn(process.execPath, ['--input-type=module', '-e', script, dir, STAND_IN], {
    cwd: path.join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => killed.kill('SIGKILL'));
  const [line] = await once(killed.stdout, 'data');
  const before = JSON.parse(String(line)) as { config: unknown; pid: number };
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  assert.equal(stateOf(before.pid), 'T', 'a stopped member cannot notice that its supervisor is gone');

  const cluster = await start(STAND_IN);
  await until('the leftover is gone', () => ([null, 'Z', 'X'].includes(stateOf(before.pid)) ? true : null));
  assert.deepEqual(cluster.config(), before.config);
});

test('a member that cannot start fails the whole start with its own words, and takes the others down', async (t) => {
  const { dir, start } = await folder(t);
  await assert.rejects(start(path.join(dir, 'nowhere')), /did not start \(exit 1\).*Cannot find module/);
});

const real = path.join(import.meta.dirname, 'member.ts');

test(
  'the real groups elect a leader, survive its death and take it back',
  { skip: !existsSync(real) && 'no demo/member.ts' },
  async (t) => {
    const cluster = await (await folder(t)).start();
    const leaderOf = async (group: 'kv' | 'px'): Promise<string | null> => {
      const { members: all = [] } = cluster.config().clusters.find(({ name }) => name === group) ?? {};
      const votes = await Promise.all(
        all.map(async ({ address }) => (await getJson(address, '/status'))?.leader),
      );
      const named = votes.filter((vote) => typeof vote === 'string');
      return named.find((vote) => named.filter((other) => other === vote).length > all.length / 2) ?? null;
    };
    for (const group of ['kv', 'px'] as const) {
      const old = await until(`${group} has a leader`, () => leaderOf(group));
      await cluster.inject({ kind: 'kill', node: old });
      await until(`${group} has another leader`, async () => {
        const leader = await leaderOf(group);
        return leader === old ? null : leader;
      });
    }
    await cluster.healAll();
    assert.ok(members(cluster).every(({ alive }) => alive));
    const web = member(cluster, 'web-1').address;
    for (const target of ['kv', 'px'])
      await until(`web-1 writes to ${target}`, async () => {
        const text = await (await fetch(`http://${web}/metrics`)).text();
        return new RegExp(`service_requests_total\\{target="${target}",outcome="ok"\\} [1-9]`).test(text)
          ? true
          : null;
      });
    const pids = members(cluster).map(({ node }) => pidOf(cluster, node));
    await cluster.stop();
    assert.deepEqual(
      pids.filter((pid) => stateOf(pid) !== null),
      [],
    );
  },
);
