import type { Writable } from 'node:stream';
import pc from 'picocolors';
import { ReplaySubject, firstValueFrom, fromEvent, merge, take, type Observable } from 'rxjs';

/** Where text goes; a terminal says so by `isTTY`, and how large it is. */
export type Output = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

export type Environment = Readonly<Record<string, string | undefined>>;

export type Colors = ReturnType<typeof pc.createColors>;

/** The outside world of one run: a process's own, or one made by a test. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Environment;
  /** Aborted when the user wants the run to end. */
  readonly stop: AbortSignal;
}

/** What a command is given to work with. */
export interface Session extends Io {
  /** Emits once, and at once to those who ask late, when the run should end: by the user's wish, or nobody reads any more. */
  readonly stopped$: Observable<void>;
  readonly isStopped: () => boolean;
  /** Colours that stay plain text where the output takes none. */
  readonly colors: Colors;
  /** One line to the person at the terminal, apart from the data. */
  readonly say: (sentence: string) => void;
  /** Why the output cannot be written any more, other than a reader who left. */
  readonly outputFailure: () => Error | undefined;
  /** Resolves when everything written has left the process, or can no longer do so. */
  readonly flushed: () => Promise<void>;
}

/** Readers leave pipes whenever they have enough: `| head -1`. */
const READER_LEFT = ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'EIO'];

export const openSession = (io: Io): Session => {
  const { stdout, stderr, env, stop } = io;
  const stopped$ = new ReplaySubject<void>(1);
  let stopped = false;
  let failure: Error | undefined;
  const end = (): void => {
    stopped = true;
    stopped$.next();
  };
  if (stop.aborted) end();
  stop.addEventListener('abort', end, { once: true });
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!READER_LEFT.includes(error.code ?? '')) failure = error;
    end();
  });
  return {
    ...io,
    stopped$: stopped$.pipe(take(1)),
    isStopped: () => stopped,
    colors: pc.createColors(takesColors(stdout, env)),
    say: (sentence) => stderr.write(`${sentence}\n`),
    outputFailure: () => failure,
    flushed: () => (stdout.writable ? new Promise((resolve) => stdout.write('', () => resolve())) : Promise.resolve()),
  };
};

const takesColors = ({ isTTY }: Output, { NO_COLOR, FORCE_COLOR, TERM }: Environment): boolean => {
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return (FORCE_COLOR !== undefined && FORCE_COLOR !== '0') || (isTTY === true && TERM !== 'dumb');
};

/** Waits until a full output takes more, or the run ends. */
export const drained = async ({ stdout, stopped$ }: Session): Promise<void> => {
  await firstValueFrom(merge(fromEvent(stdout, 'drain'), fromEvent(stdout, 'close'), stopped$), {
    defaultValue: undefined,
  });
};
