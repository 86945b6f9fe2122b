import { parseArgs } from 'node:util';

export const SECTIONS = [
  'throughput',
  'topics',
  'subscribers',
  'hot-cache',
  'fetch',
  'candles',
  'store',
  'indicators',
  'idle',
] as const;
export type SectionName = (typeof SECTIONS)[number];

export interface Arguments {
  readonly sections: readonly SectionName[];
  readonly rounds: number;
  readonly json: boolean;
  readonly help: boolean;
}

/** What was typed makes no sense; the message says what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const HELP = `Measures what the engine costs, and compares it with what was promised.

  npm run bench                        everything, a few minutes
  npm run bench -- throughput idle     some sections
  npm run -s bench -- --json           one JSON object a line, as in a pipe

Sections
  throughput    frames a second of a flood, kind by kind, against a bare socket (and ccxt when it is installed)
  topics        cost of a frame against the number of topics
  subscribers   one event to 1,000 subscribers against 1,000 function calls
  hot-cache     reading the latest value
  fetch         fresh tickers of 200 markets by REST, and whether the exchange's limits hold
  indicators    a value of each indicator, against the bare class of trading-signals
  candles       making candles of trades and of shorter candles, and settling them
  store         candles stored and read again, against the driver alone
  idle          CPU and heap while 200 tickers are watched and little happens

Options
  --rounds n    measured rounds, at least 3; one more warms up (default 3)
  --json        JSON lines also on a terminal
  --help        this text
`;

const OPTIONS = {
  rounds: { type: 'string', default: '3' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

const toSection = (name: string): SectionName => {
  const section = SECTIONS.find((known) => known === name);
  if (section === undefined) throw new UsageError(`unknown section '${name}': expected ${SECTIONS.join(', ')}`);
  return section;
};

/** Throws `UsageError`. */
export const readArguments = (args: readonly string[], isTerminal: boolean): Arguments => {
  const { values, positionals } = parse(args);
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 3 || rounds > 100) {
    throw new UsageError(`--rounds must be a whole number from 3 to 100, not '${values.rounds}'`);
  }
  const chosen = new Set(positionals.map(toSection));
  return {
    sections: chosen.size === 0 ? SECTIONS : SECTIONS.filter((section) => chosen.has(section)),
    rounds,
    json: values.json || !isTerminal,
    help: values.help,
  };
};
