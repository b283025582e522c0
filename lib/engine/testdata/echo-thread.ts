import { runThread } from '../thread.ts';

/** Answers, dies and stops on request. */
runThread(() => ({
  reads: {
    echo: (text: string) => text,
    never: () => new Promise(() => undefined),
    die: () => {
      setImmediate(() => {
        throw new Error('told to die');
      });
    },
  },
  attach: () => undefined,
  run: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
}));
