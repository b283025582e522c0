import type { Clock, Ms } from '#lib/model/time.ts';
import type { Sliced } from '#lib/promql/work.ts';

/** Whose work goes first when there is some of each kind. */
export type Kind = 'rules' | 'query';

/** Does long work in slices, so that the thread goes on with everything else in between. */
export interface Slices {
  /**
   * Does work to its end. Works of one kind take turns, and those of rules go before queries, of which one slice in ten is left:
   * rules that need more time than there is do not shut everybody out.
   * @param check asked before every slice; what it throws ends the work
   */
  run<T>(kind: Kind, work: Sliced<T>, check?: () => void): Promise<T>;
}

interface Job {
  /** Goes on for one slice. @returns whether it is at its end */
  advance(until: Ms): boolean;
}

/** How long one slice may hold the thread. */
const SLICE_MS = 5;
/** After so many slices of rules on end a query that waits has one. */
const RULES_ON_END = 9;

/** What unfinished work holds open is closed. */
const close = (work: Iterator<unknown, unknown, void>): void => void work.return?.();

export const createSlices = (clock: Pick<Clock, 'mono'>): Slices => {
  const jobs: Record<Kind, Job[]> = { rules: [], query: [] };
  let isScheduled = false;
  let rulesOnEnd = 0;

  const turn = (): void => {
    isScheduled = false;
    const isForRules = jobs.rules.length > 0 && (jobs.query.length === 0 || rulesOnEnd < RULES_ON_END);
    rulesOnEnd = isForRules ? rulesOnEnd + 1 : 0;
    const list = isForRules ? jobs.rules : jobs.query;
    const job = list.shift();
    if (job !== undefined && !job.advance(clock.mono() + SLICE_MS)) list.push(job);
    schedule();
  };
  /** One slice of one work in each turn of the event loop: timers, sockets and other threads come between. */
  const schedule = (): void => {
    if (isScheduled || jobs.rules.length + jobs.query.length === 0) return;
    isScheduled = true;
    setImmediate(turn);
  };

  return {
    run: (kind, work, check = () => undefined) =>
      new Promise((resolve, reject) => {
        jobs[kind].push({
          advance: (until) => {
            try {
              check();
              for (;;) {
                const { done, value } = work.next();
                if (done === true) {
                  resolve(value);
                  return true;
                }
                if (clock.mono() >= until) return false;
              }
            } catch (cause) {
              reject(cause instanceof Error ? cause : new Error(String(cause)));
              close(work);
              return true;
            }
          },
        });
        schedule();
      }),
  };
};
