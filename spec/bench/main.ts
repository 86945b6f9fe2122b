import { fork } from 'node:child_process';
import { once } from 'node:events';
import { bareBytes, bareParse, fullPath, type Consumer, type Load } from './consumers.js';
import { KINDS, type Format } from './frames.js';

const COUNT = { ticker: 100_000, trade: 150_000, 'orderbook-15': 60_000, 'orderbook-30': 30_000 };
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const feeder = fork(new URL('./feeder.js', import.meta.url));
const [port] = (await once(feeder, 'message')) as [number];
const consumers: Record<string, Consumer> = { bareBytes, bareParse, fullPath };
for (const format of ['DEFAULT', 'SIMPLE'] satisfies Format[]) {
  for (const kind of KINDS) {
    const load: Load = { port, kind, format, count: COUNT[kind], topics: 200 };
    const times: Record<string, number[]> = {};
    for (let round = 0; round < 4; round += 1) {
      for (const [name, consume] of Object.entries(consumers)) {
        const elapsed = await consume(load);
        if (round > 0) (times[name] ??= []).push(load.count / elapsed);
      }
    }
    const rates = Object.fromEntries(Object.entries(times).map(([name, list]) => [name, Math.round(median(list))]));
    console.log(format, kind, JSON.stringify(rates), 'ratio', ((rates['fullPath'] ?? 0) / (rates['bareParse'] ?? 1)).toFixed(3));
  }
}
feeder.disconnect();
