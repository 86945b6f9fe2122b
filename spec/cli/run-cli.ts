import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { run } from '../../src/cli/run.js';
import type { Environment } from '../../src/cli/session.js';
import type { Simulator } from '../../src/simulator/index.js';

const jsonObject = z.record(z.string(), z.unknown());

/** The JSON object in a line of output. */
export const parseLine = (line: string): Readonly<Record<string, unknown>> => jsonObject.parse(JSON.parse(line));

/** Something that is written to: a pipe, or a terminal of a size. */
export class FakeOutput extends Writable {
  readonly isTTY: boolean;
  text = '';

  constructor(
    readonly columns?: number,
    readonly rows?: number,
  ) {
    super({ decodeStrings: false });
    this.isTTY = columns !== undefined;
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }

  /** What a person would read, everything that was ever drawn. */
  get plain(): string {
    return stripVTControlCharacters(this.text);
  }

  get lines(): readonly string[] {
    return this.text.split('\n').filter((line) => line !== '');
  }

  get values(): readonly Readonly<Record<string, unknown>>[] {
    return this.lines.map(parseLine);
  }
}

export interface CliRun {
  readonly stdout: FakeOutput;
  readonly stderr: FakeOutput;
  /** As Ctrl-C does. */
  readonly stop: () => void;
  readonly exitCode: Promise<number>;
}

export interface Surroundings {
  readonly env?: Environment;
  /** A terminal of so many columns and rows; a pipe when absent. */
  readonly terminal?: readonly [number, number];
  readonly stdout?: FakeOutput;
}

/** Starts the command line within this process. */
export const startCli = (argv: string, { env = {}, terminal, stdout }: Surroundings = {}): CliRun => {
  const [columns, rows] = terminal ?? [];
  const output = stdout ?? new FakeOutput(columns, rows);
  const stderr = new FakeOutput(columns, rows);
  const stop = new AbortController();
  const io = { stdout: output, stderr, env, stop: stop.signal };
  const exitCode = run(argv.split(' '), io);
  return { stdout: output, stderr, stop: () => stop.abort(), exitCode };
};

/** Runs the command line within this process, to its end. */
export const runCli = async (
  argv: string,
  surroundings: Surroundings = {},
): Promise<{ readonly code: number; readonly stdout: FakeOutput; readonly stderr: FakeOutput }> => {
  const { exitCode, stdout, stderr } = startCli(argv, surroundings);
  return { code: await exitCode, stdout, stderr };
};

export const pointingAt = ({ rest, ws }: Simulator): Environment => ({ UPBIT_REST_URL: rest, UPBIT_WS_URL: ws });

/** Resolves once the condition holds; rejects, saying what was awaited, when it does not within 10 s. */
export const until = async (what: string, holds: () => boolean, patience = 10_000): Promise<void> => {
  const deadline = Date.now() + patience;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`in vain awaited: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
