import { z } from 'zod';

const status = z.object({
  ready: z.boolean(),
  version: z.string(),
  monitor: z.object({ name: z.string(), degraded: z.boolean() }),
  config: z.object({ file: z.string().nullable(), error: z.object({ text: z.string() }).nullable() }),
});
const clusters = z.object({
  clusters: z.array(
    z.object({
      name: z.string(),
      verdict: z.object({ level: z.string(), sentence: z.object({ text: z.string() }) }),
    }),
  ),
});
const demo = z.object({
  groups: z.array(
    z.object({
      id: z.string(),
      members: z.array(
        z.object({ node: z.string(), pid: z.number().nullable(), address: z.string(), alive: z.boolean() }),
      ),
    }),
  ),
  services: z.array(
    z.object({ node: z.string(), pid: z.number().nullable(), address: z.string(), alive: z.boolean() }),
  ),
  faults: z.array(
    z.object({ id: z.string(), kind: z.string(), node: z.string(), peer: z.string().optional() }),
  ),
});
const problem = z.object({ message: z.string() });

const call = async (url: string, path: string, init: RequestInit = {}): Promise<unknown> => {
  let response: Response;
  try {
    response = await fetch(new URL(path, url), init);
  } catch {
    throw new Error(`no dashboard answers at ${url}; start it with "npm run up", or name it with --url`);
  }
  const text = await response.text();
  const body: unknown = text === '' ? null : JSON.parse(text);
  if (!response.ok) throw new Error(problem.safeParse(body).data?.message ?? `${path}: ${response.status}`);
  return body;
};

const showStatus = async (url: string): Promise<number> => {
  const now = status.parse(await call(url, '/api/status'));
  const picture = clusters.parse(await call(url, '/api/clusters'));
  console.log(
    `quorate ${now.version} on ${now.monitor.name}: ${now.ready ? 'ready' : 'not ready'}${now.monitor.degraded ? ', degraded' : ''}`,
  );
  if (now.config.error !== null) console.log(now.config.error.text);
  for (const cluster of picture.clusters)
    console.log(
      `${cluster.verdict.level.padEnd(9)} ${cluster.name.padEnd(20)} ${cluster.verdict.sentence.text}`,
    );
  return picture.clusters.some((cluster) => cluster.verdict.level === 'lost') ? 3 : 0;
};

const runDemo = async (url: string, args: readonly string[]): Promise<number> => {
  const [verb, kind, node, ...more] = args;
  if (verb === 'list' || verb === undefined) {
    const { groups, services, faults } = demo.parse(await call(url, '/api/demo'));
    for (const member of [...groups.flatMap((group) => group.members), ...services])
      console.log(
        `${member.node.padEnd(8)} ${member.address.padEnd(18)} ${member.alive ? `process ${member.pid}` : 'dead'}`,
      );
    for (const fault of faults)
      console.log(
        `fault ${fault.id}: ${fault.kind} ${fault.node}${fault.peer === undefined ? '' : ` – ${fault.peer}`}`,
      );
    return 0;
  }
  if (verb === 'heal') {
    if (kind === undefined) await call(url, '/api/demo/faults', { method: 'DELETE' });
    else await call(url, `/api/demo/faults/${kind}`, { method: 'DELETE' });
    return 0;
  }
  if (verb !== 'fault' || kind === undefined || node === undefined)
    throw new Error('write it as: quorate demo fault kill kv-1');
  const direction = more.find((word) => word === 'both' || word === 'to' || word === 'from');
  const peer = more.find((word) => word !== direction);
  const answer = z.object({ id: z.string() }).parse(
    await call(url, '/api/demo/faults', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        kind,
        node,
        ...(peer === undefined ? {} : { peer }),
        ...(direction === undefined ? {} : { direction }),
      }),
    }),
  );
  console.log(answer.id);
  return 0;
};

/** The commands that ask a running dashboard. @returns the exit code */
export const callServer = (
  url: string,
  command: 'status' | 'demo',
  args: readonly string[],
): Promise<number> => (command === 'status' ? showStatus(url) : runDemo(url, args));
