import { parseArgs } from 'node:util';
import { simulate } from './run.js';

/* The engine in virtual time under random faults, seed after seed, until one breaks a promise or the hours are over. */

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '10' },
    hours: { type: 'string', default: '100' },
  },
});
const [first, runs, hours] = [Number(values.seed), Number(values.runs), Number(values.hours)];
for (let seed = first; seed < first + runs; seed += 1) {
  const started = performance.now();
  const { story, ...result } = simulate(seed, hours);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  process.stdout.write(`${JSON.stringify({ ...result, seconds })}\n`);
  if (result.broken.length === 0) continue;
  process.stdout.write(`${story}\n`);
  process.exitCode = 1;
  break;
}
