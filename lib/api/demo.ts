import 'server-only';

import { live } from './live.ts';
import { Problem } from './problem.ts';
import { readDemo } from './read.ts';
import type { DemoDto, FaultRequest } from './schema.ts';

const running = async () => {
  const { demo } = await live();
  if (demo.describe() === null) throw new Problem('not-found', 'the sample cluster is not running');
  return demo;
};

export const describeDemo = async (): Promise<DemoDto> => {
  const demo = await readDemo();
  if (demo === null) throw new Problem('not-found', 'the sample cluster is not running');
  return demo;
};

/** Starts the sample cluster beside whatever is watched already. */
export const startDemo = async (): Promise<DemoDto> => {
  await (await live()).demo.start();
  return describeDemo();
};

export const injectFault = async (fault: FaultRequest): Promise<{ id: string }> => ({
  id: await (await running()).inject(fault),
});

export const healFault = async (id: string): Promise<undefined> => {
  await (await running()).heal(id);
};

/** Restarts the killed, continues the stopped and removes all cuts. */
export const healAll = async (): Promise<undefined> => {
  await (await running()).healAll();
};
