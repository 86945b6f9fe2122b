/** What a process holds when it has nothing to do. */
export interface Holdings {
  /** What keeps it alive, by kind: sockets, timers, servers. */
  readonly resources: Readonly<Record<string, number>>;
  /** Listeners on the process itself. */
  readonly listeners: number;
  /** Bytes in use after collecting garbage. */
  readonly heap: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const resources = (): Record<string, number> => {
  const counts: Record<string, number> = {};
  // Standard output is a pipe or a terminal, whatever was done.
  for (const kind of process.getActiveResourcesInfo().sort()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

const listeners = (): number => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);

const heap = (): number => {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  for (let i = 0; i < 3; i += 1) globalThis.gc();
  return process.memoryUsage().heapUsed;
};

const isSame = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Measured when nothing has changed for a while, or when `most` ms have passed; `like`: or as soon as it is the same. */
export const settle = async (most: number, like?: Holdings): Promise<Holdings> => {
  let before = resources();
  let since = 0;
  for (let waited = 0; waited < most && since < 1_000; waited += 100) {
    await pause(100);
    const now = resources();
    if (like !== undefined && isSame(now, like.resources)) break;
    // With something to compare with, rest alone is no reason to stop waiting for it.
    since = isSame(now, before) && like === undefined ? since + 100 : 0;
    before = now;
  }
  return { resources: resources(), listeners: listeners(), heap: heap() };
};
