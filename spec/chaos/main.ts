import { HELP, UsageError, readArguments, type Arguments } from './arguments.js';
import { summarize } from './output/summary.js';
import { tables } from './output/tables.js';
import { scheduleText } from './plan/schedule.js';
import { dealLanes, runLanes } from './run/lanes.js';
import type { Mishap } from './run/recording.js';

const unhandled: Mishap[] = [];
const note = (error: unknown): void => {
  unhandled.push({ at: Date.now(), what: error instanceof Error ? (error.stack ?? error.message) : String(error) });
};
process.on('unhandledRejection', note);
process.on('uncaughtException', note);
// Children are killed on the way out, whatever the way.
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

const chaos = async (args: Arguments): Promise<void> => {
  const lanes = dealLanes(args);
  if (!args.json) {
    const plans = lanes.map(
      ({ schedule, seed }, lane) => `\nLane ${lane}, market ${seed}\n\n${scheduleText(schedule)}`,
    );
    console.log(plans.join('\n'));
  }
  const outcomes = await runLanes(lanes, args);
  const summary = summarize(args.seed, outcomes, unhandled);
  const startedAt = Math.min(...outcomes.map(({ recording }) => recording.startedAt));
  console.log(args.json ? JSON.stringify(summary) : tables(summary, startedAt));
  process.exitCode = summary.violations.length === 0 ? 0 : 1;
  // A defect of the engine may keep the process alive; what was written is read first.
  setTimeout(() => process.exit(), 1_000).unref();
};

try {
  const args = readArguments(process.argv.slice(2));
  if (args.help) console.log(HELP);
  else await chaos(args);
} catch (error) {
  // Thrown on, it would count as one that nobody handled.
  if (error instanceof UsageError) console.error(`${error.message}\n\n--help shows how it is used`);
  else console.error(error);
  process.exitCode = 2;
}
