import { systemClock } from './clock.ts';
import { runThread } from './thread.ts';
import { createWatch } from './watch/watch.ts';
import type { WatchOptions } from './watch/watch.ts';

runThread<WatchOptions>((options) => createWatch(options, systemClock, Math.random));
