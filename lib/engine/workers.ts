import path from 'node:path';
import { Worker } from 'node:worker_threads';

import type { ThreadName } from './pulse.ts';
import type { ThreadData } from './thread.ts';

/** How much a heap keeps of what is new before it looks what of it lives; left alone V8 takes up to 192 MB per thread for that. */
const NEW_OBJECTS = { maxYoungGenerationSizeMb: 48 };
/**
 * Where a heap may reach 2 GiB or more, V8 lets it grow to four times what lives in it before it collects; below, to less than twice. What
 * `watch` and `store` hold is far below; `data` is left what the machine gives, since queries may take half of it.
 */
const SMALL_HEAP = { ...NEW_OBJECTS, maxOldGenerationSizeMb: 2000 };

/**
 * Starts a thread's file. In the finished build the bundler finds the file by the literal `new URL`; in development the source itself is
 * run, since the bundler's copy changes under the worker.
 */
export const startWorker = (name: Exclude<ThreadName, 'main'>, workerData: ThreadData<unknown>): Worker => {
  const options = { workerData, name, resourceLimits: name === 'data' ? NEW_OBJECTS : SMALL_HEAP };
  if (process.env.NODE_ENV === 'development')
    return new Worker(
      path.join(/* turbopackIgnore: true */ process.cwd(), `lib/engine/${name}-thread.ts`),
      options,
    );
  if (name === 'watch') return new Worker(new URL('./watch-thread.ts', import.meta.url), options);
  if (name === 'data') return new Worker(new URL('./data-thread.ts', import.meta.url), options);
  return new Worker(new URL('./store-thread.ts', import.meta.url), options);
};
