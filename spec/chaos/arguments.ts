import { parseArgs } from 'node:util';
import { CHANNELS, type Channel } from 'market-data-backbone';
import { FAULTS } from './plan/catalogue.js';
import type { Fault } from './plan/fault.js';

export interface Arguments {
  readonly seed: number;
  readonly minutes: number;
  readonly faults: readonly Fault[];
  readonly channels: readonly Channel[];
  readonly lanes: number;
  readonly processes: boolean;
  /** Watches more than REST's budget serves at once. */
  readonly more: boolean;
  /** ms */
  readonly settling: number;
  readonly json: boolean;
  readonly help: boolean;
}

/** What was typed makes no sense; the message says what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const HELP = `Does harm to an engine and its exchange, over real sockets, and compares what the engine said with what was so.

  npm run chaos                              a minute, seed 7
  npm run chaos -- --seed 12 --minutes 5     another schedule
  npm run chaos -- --fault half-open         one fault again and again; may be repeated
  npm run chaos -- --channel trade           one channel alone; may be repeated
  npm run -s chaos -- --json                 one JSON line

Options
  --seed n       of the market and of the schedule (default 7); the same seed gives the same schedule
  --minutes n    how long faults are played (default 1)
  --fault name   only this fault; the names are below
  --channel c    only this channel: ${CHANNELS.join(', ')}
  --lanes n      engines that run side by side, each with an exchange of its own and a share of the faults (default 4)
  --settling s   longest wait for what is missing at the end, seconds (default 90: audits are a minute apart)
  --more         watch six markets and both candle intervals, more than nine calls a second serve at once
  --processes    every exchange in a process of its own, not only those that are stopped or killed
  --json         one JSON line instead of tables
  --help         this text

The exit code is 1 when a promise was broken.

Faults
${FAULTS.map(({ name, does }) => `  ${name.padEnd(24)} ${does}`).join('\n')}
`;

const OPTIONS = {
  seed: { type: 'string', default: '7' },
  minutes: { type: 'string', default: '1' },
  fault: { type: 'string', multiple: true, default: [] },
  channel: { type: 'string', multiple: true, default: [] },
  lanes: { type: 'string' },
  settling: { type: 'string', default: '90' },
  processes: { type: 'boolean', default: false },
  more: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} satisfies NonNullable<Parameters<typeof parseArgs>[0]>['options'];

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

const number = (name: string, text: string, least: number, most: number, whole: boolean): number => {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  throw new UsageError(
    `--${name} must be ${whole ? 'a whole number' : 'a number'} from ${least} to ${most}, not '${text}'`,
  );
};

const named = <T>(kind: string, known: readonly T[], nameOf: (item: T) => string, names: readonly string[]): T[] =>
  names.map((name) => {
    const item = known.find((each) => nameOf(each) === name);
    if (item === undefined) throw new UsageError(`unknown ${kind} '${name}': expected ${known.map(nameOf).join(', ')}`);
    return item;
  });

/** Throws `UsageError`. */
export const readArguments = (args: readonly string[]): Arguments => {
  const { seed, minutes, fault, channel, lanes, settling, processes, more, json, help } = parse(args);
  const faults = named('fault', FAULTS, ({ name }) => name, fault);
  const channels = named<Channel>('channel', CHANNELS, (name) => name, channel);
  return {
    seed: number('seed', seed, 0, 2 ** 32 - 1, true),
    minutes: number('minutes', minutes, 0.1, 1_440, false),
    faults: faults.length === 0 ? FAULTS : faults,
    channels: channels.length === 0 ? CHANNELS : channels,
    lanes: number('lanes', lanes ?? (faults.length === 0 ? '4' : '1'), 1, 16, true),
    settling: 1_000 * number('settling', settling, 0, 600, false),
    processes,
    more,
    json,
    help,
  };
};
