import { HELP, UsageError, readArguments, type Arguments, type SectionName } from './arguments.js';
import { createPrinter, type Report, type Verdict } from './output/report.js';
import { candles } from './sections/candles.js';
import { fetching } from './sections/fetch.js';
import { hotCache } from './sections/hot-cache.js';
import { idle } from './sections/idle.js';
import { indicators } from './sections/indicators.js';
import type { Section } from './sections/section.js';
import { storing } from './sections/store.js';
import { subscribers } from './sections/subscribers.js';
import { throughput } from './sections/throughput.js';
import { topics } from './sections/topics.js';

const RUNS: Readonly<Record<SectionName, Section>> = {
  throughput,
  topics,
  subscribers,
  'hot-cache': hotCache,
  fetch: fetching,
  candles,
  indicators,
  store: storing,
  idle,
};

const summary = (verdicts: readonly Verdict[]): Report => ({
  title: 'What was promised',
  columns: [
    { key: 'promise', title: 'promise' },
    { key: 'measured', title: 'measured' },
    { key: 'holds', title: 'holds' },
  ],
  rows: verdicts.map((verdict) => ({ ...verdict })),
  notes: [],
  verdicts: [],
});

const run = async ({ sections, rounds, json }: Arguments): Promise<void> => {
  const printer = createPrinter(json);
  const verdicts: Verdict[] = [];
  for (const name of sections) {
    const report = await RUNS[name]({ rounds, progress: printer.progress });
    printer.report(name, report);
    verdicts.push(...report.verdicts);
  }
  printer.report('verdict', summary(verdicts));
};

// Children are killed on the way out, whatever the way.
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

try {
  const args = readArguments(process.argv.slice(2), process.stdout.isTTY);
  if (args.help) console.log(HELP);
  else await run(args);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n--help shows how it is used`);
  process.exitCode = 2;
}
