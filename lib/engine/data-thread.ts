import { systemClock } from './clock.ts';
import { createData } from './data/data.ts';
import type { DataOptions } from './data/data.ts';
import { runThread } from './thread.ts';

runThread<DataOptions>((options) => createData(options, systemClock, Math.random));
