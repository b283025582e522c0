// Stands in for a member: keeps the process contract (ready line, stdin, links) and leads when its number is 2.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const { id, port, host } = JSON.parse(process.env.QUORATE_DEMO_MEMBER ?? 'null');
let links = { cuts: [] };
const leader = `${id.slice(0, -1)}2`;

const answer = async (request: import('node:http').IncomingMessage): Promise<[number, unknown]> => {
  if (request.url === '/admin/links') {
    if (request.headers['x-demo-token'] !== process.env.QUORATE_DEMO_TOKEN) return [403, {}];
    links = JSON.parse(await text(request));
    return [200, {}];
  }
  if (request.method === 'PUT') return id === leader ? [200, { ok: true }] : [409, { ok: false, leader }];
  return [200, { leader, ...links }];
};

createServer(async (request, response) => {
  const [status, body] = await answer(request);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}).listen(port, host, () => console.log(JSON.stringify({ ready: true, port })));
process.stdin.on('end', () => process.exit(0)).resume();
