import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import { Agent, request as tlsRequest } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const ETCD = '/usr/bin/etcd';
/** Null: real etcd can be run here; else why not. */
export const noEtcd = existsSync(ETCD) ? null : `${ETCD} is not there: apt-get install etcd-server`;

const exec = promisify(execFile);

/** Linux gives ports from 32768 to outgoing connections: a server that is started again would lose its own there. */
const freePorts = async (count: number): Promise<number[]> => {
  const found: number[] = [];
  while (found.length < count) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree && !found.includes(port)) found.push(port);
  }
  return found;
};

export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** An authority of our own and one certificate for 127.0.0.1, good for servers and clients. */
export const makeCertificates = async (folder: string): Promise<Certificates> => {
  const file = (name: string): string => path.join(folder, name);
  await writeFile(file('ext.cnf'), 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n');
  const ssl = (command: string) => exec('openssl', command.split(' '), { cwd: folder });
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes';
  await ssl(`req -x509 ${key} -keyout ca.key -out ca.pem -days 2 -subj /CN=test`);
  await ssl(`req ${key} -keyout own.key -out own.csr -subj /CN=quorate`);
  await ssl(
    'x509 -req -in own.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out own.pem -days 2 -extfile ext.cnf',
  );
  return { ca: file('ca.pem'), cert: file('own.pem'), key: file('own.key') };
};

/** What a member says of itself; null: it did not answer. */
export interface OwnWord {
  readonly leader: string | null;
  readonly term: number;
}

export interface EtcdMember {
  readonly name: string;
  readonly address: string;
  process: ChildProcess;
}

/** A member that the others know. */
export interface Joining {
  readonly id: string;
  begin(): void;
}

export interface EtcdCluster {
  readonly members: readonly EtcdMember[];
  readonly certificates: Certificates | null;
  /** Sends an empty or given JSON body; null: no answer, or another status than 200. */
  post(member: EtcdMember, route: string, body?: object): Promise<unknown>;
  /** The member's own statement, with the leader by name. */
  word(member: EtcdMember): Promise<OwnWord | null>;
  kill(name: string): void;
  freeze(name: string): void;
  thaw(name: string): void;
  restart(name: string): void;
  /** Has a learner `n4` join that does not run yet; null: the members refuse it for now. */
  announce(): Promise<Joining | null>;
  stop(): Promise<void>;
}

const ANSWER_MS = 1000;

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const flags = (values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).map(([name, value]) => `--${name}=${value}`);

/** Starts three real etcd processes with folders and free loopback ports of their own. */
export const startEtcd = async (options: { readonly tls?: boolean } = {}): Promise<EtcdCluster> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'quorate-etcd-'));
  const certificates = options.tls === true ? await makeCertificates(folder) : null;
  const scheme = certificates === null ? 'http' : 'https';
  const ports = await freePorts(8);
  const names = ['n1', 'n2', 'n3', 'n4'];
  const peerOf = (i: number): string => `http://127.0.0.1:${ports[i + names.length]}`;
  const initialOf = (count: number): string =>
    names
      .slice(0, count)
      .map((name, i) => `${name}=${peerOf(i)}`)
      .join(',');
  const spawnMember = (name: string, i: number): ChildProcess =>
    spawn(
      ETCD,
      flags({
        name,
        'data-dir': path.join(folder, name),
        logger: 'zap',
        'log-level': 'error',
        'listen-client-urls': `${scheme}://127.0.0.1:${ports[i]}`,
        'advertise-client-urls': `${scheme}://127.0.0.1:${ports[i]}`,
        'listen-peer-urls': peerOf(i),
        'initial-advertise-peer-urls': peerOf(i),
        'initial-cluster': initialOf(Math.max(3, i + 1)),
        'initial-cluster-state': i < 3 ? 'new' : 'existing',
        'initial-cluster-token': folder,
        'heartbeat-interval': '100',
        'election-timeout': '1000',
        'pre-vote': 'true',
        'enable-v2': 'true',
        ...(certificates === null
          ? {}
          : {
              'cert-file': certificates.cert,
              'key-file': certificates.key,
              'client-cert-auth': 'true',
              'trusted-ca-file': certificates.ca,
            }),
      }),
      { stdio: 'ignore' },
    );
  const startMember = (name: string, i: number): EtcdMember => ({
    name,
    address: `127.0.0.1:${ports[i]}`,
    process: spawnMember(name, i),
  });
  const members = names.slice(0, 3).map(startMember);
  const agent =
    certificates === null
      ? null
      : new Agent({
          ca: readFileSync(certificates.ca),
          cert: readFileSync(certificates.cert),
          key: readFileSync(certificates.key),
        });

  const post = (member: EtcdMember, route: string, body: object = {}): Promise<unknown> =>
    new Promise((resolve) => {
      const [hostname, port] = member.address.split(':');
      const asked = { hostname, port, path: route, method: 'POST', timeout: ANSWER_MS };
      const request = agent === null ? plainRequest(asked) : tlsRequest({ ...asked, agent });
      request.once('timeout', () => request.destroy());
      request.once('error', () => resolve(null));
      request.once('close', () => resolve(null));
      request.once('response', (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.once('end', () => resolve(response.statusCode === 200 ? JSON.parse(text) : null));
      });
      request.end(JSON.stringify(body));
    });
  /** Member ids by name, learned from whoever answers. */
  const ids = new Map<string, string>();
  const word = async (member: EtcdMember): Promise<OwnWord | null> => {
    const answer = await post(member, '/v3/maintenance/status');
    if (answer === null) return null;
    const { header, leader, raftTerm } = asObject(answer);
    ids.set(String(asObject(header).member_id), member.name);
    const known = leader === undefined ? null : (ids.get(String(leader)) ?? null);
    return { leader: known, term: Number(raftTerm) };
  };
  const memberOf = (name: string): EtcdMember => {
    const found = members.find((member) => member.name === name);
    if (found === undefined) throw new Error(`no member is called ${name}`);
    return found;
  };

  const announce = async (): Promise<Joining | null> => {
    const [first] = members;
    const asked = { peerURLs: [peerOf(3)], isLearner: true };
    const answer = first === undefined ? null : await post(first, '/v3/cluster/member/add', asked);
    if (answer === null) return null;
    return {
      id: String(asObject(asObject(answer).member).ID),
      begin: () => void members.push(startMember('n4', 3)),
    };
  };

  return {
    members,
    certificates,
    announce,
    post,
    word,
    kill: (name) => void memberOf(name).process.kill('SIGKILL'),
    freeze: (name) => void memberOf(name).process.kill('SIGSTOP'),
    thaw: (name) => void memberOf(name).process.kill('SIGCONT'),
    restart: (name) => {
      memberOf(name).process = spawnMember(name, names.indexOf(name));
    },
    stop: async () => {
      agent?.destroy();
      await Promise.all(
        members.map(async ({ process: child }) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          const gone = new Promise((resolve) => child.once('exit', resolve));
          child.kill('SIGKILL');
          await gone;
        }),
      );
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
