import { createServer } from 'node:http';

/** What Alertmanager's webhook sends, version 4, and the key that came with it. */
export interface ReceivedMessage {
  readonly key: string;
  readonly at: number;
  readonly body: {
    readonly receiver: string;
    readonly status: 'firing' | 'resolved';
    readonly version: string;
    readonly groupKey: string;
    readonly truncatedAlerts: number;
    readonly externalURL: string;
    readonly groupLabels: Readonly<Record<string, string>>;
    readonly commonLabels: Readonly<Record<string, string>>;
    readonly alerts: readonly {
      readonly status: 'firing' | 'resolved';
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
      readonly startsAt: string;
      readonly endsAt: string;
      readonly generatorURL: string;
      readonly fingerprint: string;
    }[];
  };
}

/** A webhook receiver on a free loopback port that keeps all it gets. */
export const startReceiver = async () => {
  const received: ReceivedMessage[] = [];
  let isHolding = false;
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      received.push({
        key: String(request.headers['idempotency-key']),
        at: Date.now(),
        body: JSON.parse(text) as ReceivedMessage['body'],
      });
      if (!isHolding) response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    /** While it holds, it takes messages and does not say so. */
    hold: (holding: boolean): void => {
      isHolding = holding;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
