import { createStore } from './store/store.ts';
import type { StoreOptions } from './store/store.ts';
import { runThread } from './thread.ts';

runThread<StoreOptions>((options) => createStore(options));
