import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import type { DemoDescription, DemoMember, FaultCommand } from '#lib/engine/slot.ts';

import { Child } from '#demo/supervisor/child.ts';
import type { Fault, FaultKind } from '#demo/supervisor/faults.ts';
import { cutsOf, FAULT_KINDS, MONITOR } from '#demo/supervisor/faults.ts';
import { forgetProcesses, killLeftovers, rememberProcesses } from '#demo/supervisor/leftovers.ts';
import { choosePorts } from '#demo/supervisor/ports.ts';
import type { Seat } from '#demo/supervisor/roster.ts';
import {
  ELECTION_MS,
  HEARTBEAT_MS,
  LISTEN_HOST,
  nodesOf,
  PROTOCOLS,
  ROSTER,
  WRITES_PER_SECOND,
} from '#demo/supervisor/roster.ts';

const LINKS_TIMEOUT_MS = 2000;

export interface SampleNode {
  readonly node: string;
  readonly address: string;
  readonly zone: string;
  readonly host: string;
}

/** How the monitor watches the sample cluster. Addresses stay the same from run to run. */
export interface SampleConfig {
  readonly clusters: readonly {
    readonly name: 'kv' | 'px';
    readonly system: 'raft' | 'paxos';
    readonly members: readonly SampleNode[];
    readonly electionTimeoutMs: number;
  }[];
  readonly heartbeats: { readonly job: 'services'; readonly nodes: readonly SampleNode[] };
  readonly scrapeTargets: readonly {
    readonly address: string;
    readonly job: Seat['group'];
    readonly labels: { readonly node: string; readonly zone: string; readonly host: string };
  }[];
}

export interface SampleCluster {
  config(): SampleConfig;
  describe(): DemoDescription;
  /** Returns the fault's id. Throws when the kind or the node is unknown, or when a restarted process does not come up. */
  inject(command: FaultCommand): Promise<string>;
  heal(id: string): Promise<void>;
  /** Restarts what is dead, continues what is stopped and removes all cuts. */
  healAll(): Promise<void>;
  /** Ends every process and waits until it is gone. */
  stop(): Promise<void>;
}

export interface SampleClusterOptions {
  /** Journals, ports and process numbers are kept here. */
  readonly dir: string;
  readonly log: (line: string) => void;
  /** Stops the cluster when aborted. */
  readonly signal: AbortSignal;
  /** The project's folder, where `demo/` is; the working directory if absent. */
  readonly root?: string;
}

/** Starts the sample cluster: five members of a Raft group, three of a Multi-Paxos group and two services, each a process of its own. */
export const startSampleCluster = async (options: SampleClusterOptions): Promise<SampleCluster> => {
  options.signal.throwIfAborted();
  await mkdir(options.dir, { recursive: true });
  const left = await killLeftovers(options.dir);
  if (left.length > 0) options.log(`killed ${left.length} processes that an earlier run had left behind`);
  const ports = await choosePorts(
    options.dir,
    ROSTER.map((seat) => seat.node),
    LISTEN_HOST,
  );
  const supervisor = new Supervisor(options, ports);
  const abort = (): void => void supervisor.stop();
  options.signal.addEventListener('abort', abort, { once: true });
  try {
    await supervisor.startAll();
    options.signal.throwIfAborted();
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
  return supervisor;
};

class Supervisor implements SampleCluster {
  readonly #options: SampleClusterOptions;
  readonly #ports: ReadonlyMap<string, number>;
  readonly #token = randomBytes(24).toString('hex');
  readonly #children: ReadonlyMap<string, Child>;
  #faults: Fault[] = [];
  #nextFault = 1;
  #stopped: Promise<void> | null = null;
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: SampleClusterOptions, ports: ReadonlyMap<string, number>) {
    this.#options = options;
    this.#ports = ports;
    this.#children = new Map(ROSTER.map((seat) => [seat.node, this.#childOf(seat)]));
  }

  async startAll(): Promise<void> {
    await Promise.all([...this.#children.keys()].map((node) => this.#start(node)));
  }

  config(): SampleConfig {
    const nodes = (group: Seat['group']): SampleNode[] =>
      nodesOf(group).map(({ node, zone, host }) => ({ node, address: this.#address(node), zone, host }));
    return {
      clusters: (['kv', 'px'] as const).map((name) => ({
        name,
        system: PROTOCOLS[name],
        members: nodes(name),
        electionTimeoutMs: ELECTION_MS.max,
      })),
      heartbeats: { job: 'services', nodes: nodes('services') },
      scrapeTargets: ROSTER.map(({ node, group, zone, host }) => ({
        address: this.#address(node),
        job: group,
        labels: { node, zone, host },
      })),
    };
  }

  describe(): DemoDescription {
    const members = (group: Seat['group']): DemoMember[] =>
      nodesOf(group).map(({ node }) => {
        const child = this.#child(node);
        return { node, pid: child.pid, address: this.#address(node), alive: child.alive };
      });
    return {
      groups: [
        { id: 'kv', members: members('kv') },
        { id: 'px', members: members('px') },
      ],
      services: members('services'),
      faults: [...this.#faults],
    };
  }

  inject(command: FaultCommand): Promise<string> {
    return this.#inTurn(async () => {
      const kind = FAULT_KINDS.find((candidate) => candidate === command.kind);
      if (kind === undefined)
        throw new Error(
          `the sample cluster cannot do '${command.kind}'; it can do ${FAULT_KINDS.join(', ')}`,
        );
      this.#child(command.node);
      if (command.peer !== undefined && command.peer !== MONITOR) this.#child(command.peer);
      if (command.peer === command.node) throw new Error(`${command.node} cannot be cut off from itself`);
      const fault = { ...command, id: `fault-${this.#nextFault++}`, at: Date.now() };
      await this.#apply(kind, fault);
      return fault.id;
    });
  }

  heal(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const fault = this.#faults.find((candidate) => candidate.id === id);
      if (fault === undefined) throw new Error(`no fault '${id}' is active`);
      if (fault.kind === 'kill') await this.#revive(fault.node);
      else if (fault.kind === 'stop') await this.#continue(fault.node);
      else {
        this.#faults = this.#faults.filter((candidate) => candidate !== fault);
        await this.#pushAllLinks();
      }
    });
  }

  healAll(): Promise<void> {
    return this.#inTurn(async () => {
      this.#faults = this.#faults.filter((fault) => fault.kind !== 'partition');
      for (const child of this.#children.values()) if (child.paused) await this.#continue(child.node);
      await Promise.all(
        [...this.#children.values()].map((child) => (child.alive ? null : this.#revive(child.node))),
      );
      await this.#pushAllLinks();
    });
  }

  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      await Promise.all([...this.#children.values()].map((child) => child.stop()));
      await this.#work.catch(() => undefined);
      await Promise.all([...this.#children.values()].map((child) => child.kill())); // whom that work had started meanwhile
      forgetProcesses(this.#options.dir);
    })();
    return this.#stopped;
  }

  async #apply(kind: FaultKind, fault: Fault): Promise<void> {
    const child = this.#child(fault.node);
    switch (kind) {
      case 'kill':
        await child.kill();
        this.#forget(fault.node, ['kill', 'stop']);
        this.#faults.push(fault);
        return;
      case 'stop':
        if (!child.alive) throw new Error(`${fault.node} is not running; restart it first`);
        child.signal('SIGSTOP');
        this.#forget(fault.node, ['stop']);
        this.#faults.push(fault);
        return;
      case 'continue':
        return this.#continue(fault.node);
      case 'restart':
        await child.kill();
        return this.#revive(fault.node);
      case 'partition':
        this.#faults.push(fault);
        return this.#pushAllLinks();
    }
  }

  async #revive(node: string): Promise<void> {
    this.#forget(node, ['kill', 'stop']);
    if (!this.#child(node).alive) await this.#start(node);
  }

  async #continue(node: string): Promise<void> {
    this.#forget(node, ['stop']);
    this.#child(node).signal('SIGCONT');
    await this.#pushLinks(node);
  }

  async #start(node: string): Promise<void> {
    if (this.#stopped !== null) throw new Error('the sample cluster is stopping');
    const { ready } = this.#child(node).start();
    rememberProcesses(
      this.#options.dir,
      [...this.#children.values()].flatMap((child) => child.pid ?? []),
    );
    await ready;
    if (this.#cuts(node).length > 0) await this.#pushLinks(node);
  }

  #forget(node: string, kinds: readonly string[]): void {
    this.#faults = this.#faults.filter((fault) => fault.node !== node || !kinds.includes(fault.kind));
  }

  async #pushAllLinks(): Promise<void> {
    await Promise.all([...this.#children.keys()].map((node) => this.#pushLinks(node)));
  }

  /** Tells a process which links are cut. A dead or stopped one is told when it runs again. */
  async #pushLinks(node: string): Promise<void> {
    const child = this.#child(node);
    if (!child.alive || child.paused) return;
    const response = await fetch(`http://${this.#address(node)}/admin/links`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-demo-token': this.#token },
      body: JSON.stringify({ cuts: this.#cuts(node) }),
      signal: AbortSignal.timeout(LINKS_TIMEOUT_MS),
    });
    if (!response.ok)
      throw new Error(`${node} did not take its cuts: HTTP ${response.status} ${await response.text()}`);
    await response.body?.cancel();
  }

  #cuts(node: string) {
    return cutsOf(node, this.#faults, (isolated) => this.#othersOf(isolated));
  }

  /** Whom an isolated node no longer reaches: its group, or the members that a service writes to. */
  #othersOf(node: string): string[] {
    const group = ROSTER.find((seat) => seat.node === node)?.group;
    return ROSTER.filter(
      (seat) => seat.node !== node && (seat.group === group) !== (group === 'services'),
    ).map((seat) => seat.node);
  }

  /** One change at a time, so that a restart and a cut of one node never cross. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#work
      .catch(() => undefined)
      .then(() => {
        if (this.#stopped !== null) throw new Error('the sample cluster is stopping');
        return change();
      });
    this.#work = done.catch(() => undefined);
    return done;
  }

  #child(node: string): Child {
    const child = this.#children.get(node);
    if (child === undefined)
      throw new Error(
        `'${node}' is not in the sample cluster; its nodes are ${ROSTER.map((seat) => seat.node).join(', ')}`,
      );
    return child;
  }

  #address(node: string): string {
    return `${LISTEN_HOST}:${this.#ports.get(node)}`;
  }

  #childOf(seat: Seat): Child {
    const shared = {
      id: seat.node,
      port: this.#ports.get(seat.node),
      host: LISTEN_HOST,
      zone: seat.zone,
      hostLabel: seat.host,
    };
    const portsOf = (group: Seat['group']) =>
      Object.fromEntries(nodesOf(group).map(({ node }) => [node, this.#ports.get(node)]));
    const addressesOf = (group: Seat['group']) =>
      Object.fromEntries(nodesOf(group).map(({ node }) => [node, this.#address(node)]));
    const env =
      seat.group === 'services'
        ? {
            QUORATE_DEMO_SERVICE: JSON.stringify({
              ...shared,
              writesPerSecond: WRITES_PER_SECOND,
              targets: { kv: addressesOf('kv'), px: addressesOf('px') },
            }),
          }
        : {
            QUORATE_DEMO_MEMBER: JSON.stringify({
              ...shared,
              group: seat.group,
              protocol: PROTOCOLS[seat.group],
              dir: path.resolve(this.#options.dir, seat.node),
              peers: Object.fromEntries(
                Object.entries(portsOf(seat.group)).filter(([id]) => id !== seat.node),
              ),
              heartbeatMs: HEARTBEAT_MS,
              electionMs: ELECTION_MS,
            }),
          };
    return new Child({
      node: seat.node,
      file: path.join(
        this.#options.root ?? process.cwd(),
        'demo',
        seat.group === 'services' ? 'service.ts' : 'member.ts',
      ),
      env: { ...env, QUORATE_DEMO_TOKEN: this.#token },
      log: this.#options.log,
    });
  }
}
