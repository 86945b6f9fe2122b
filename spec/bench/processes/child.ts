import { fork, type ChildProcess, type Serializable } from 'node:child_process';
import { replySchema } from './serve.js';

export type Script =
  'feeder' | 'consumer' | 'delivery' | 'reads' | 'stores' | 'simulator' | 'fetcher' | 'watcher' | 'indicators';

/** Longest wait for an answer, ms. */
const PATIENCE = 120_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** One of this benchmark's processes: answers one question at a time. */
export class Child {
  private readonly process: ChildProcess;

  constructor(private readonly script: Script) {
    this.process = fork(new URL(`./${script}.js`, import.meta.url), { execArgv: [...process.execArgv, '--expose-gc'] });
    running.add(this.process);
    this.process.once('exit', () => running.delete(this.process));
  }

  /** Rejects when the child fails, ends, or does not answer in time. */
  ask(question: Serializable): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const { process: child, script } = this;
      const settle = (): void => {
        clearTimeout(timer);
        child.off('message', onMessage).off('exit', onExit);
      };
      const fail = (what: string): void => {
        settle();
        reject(new Error(`${script}: ${what} (asked ${JSON.stringify(question)})`));
      };
      const onMessage = (message: unknown): void => {
        const reply = replySchema.parse(message);
        if ('error' in reply) {
          fail(reply.error);
        } else {
          settle();
          resolve(reply.value);
        }
      };
      const onExit = (): void => fail('the process ended');
      const timer = setTimeout(() => fail(`no answer within ${PATIENCE} ms`), PATIENCE);
      child.on('message', onMessage).on('exit', onExit);
      child.send(question, (error) => {
        if (error !== null) fail(error.message);
      });
    });
  }

  /** Lets the child end by itself, so that profiles get written, and sees to it that it does. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      if (!running.has(this.process)) {
        resolve();
        return;
      }
      const timer = setTimeout(() => this.process.kill('SIGKILL'), 5_000);
      this.process.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      if (this.process.connected) this.process.disconnect();
    });
  }
}

/** Work that may start children, which end with it. */
export const withChildren = async <T>(work: (start: (script: Script) => Child) => Promise<T>): Promise<T> => {
  const children: Child[] = [];
  try {
    return await work((script) => {
      const child = new Child(script);
      children.push(child);
      return child;
    });
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
};
