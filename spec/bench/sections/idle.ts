import { MarketDataBackbone, upbitSource } from 'market-data-backbone';
import { firstValueFrom } from 'rxjs';
import { z } from 'zod';
import type { Row } from '../output/report.js';
import { median } from '../output/statistics.js';
import { withChildren } from '../processes/child.js';
import type { Section } from './section.js';
import { startExchange, type Addresses } from './simulated.js';

const MARKETS = 200;
const QUIET = 0.01;
/** ms */
const SETTLING = 3_000;
const LASTING = 10_000;
const MOST_CPU = 5;
const MOST_HEAP = 50;
const WATCHERS = ['bare', 'backbone'] as const;
const TITLES = { bare: 'ws, nothing read', backbone: 'backbone' };

const observedSchema = z.object({ cpu: z.number(), heap: z.number(), seen: z.number() });
type Observed = z.infer<typeof observedSchema>;

const listedMarkets = async ({ rest, ws }: Addresses): Promise<readonly string[]> => {
  const engine = new MarketDataBackbone({ source: upbitSource({ restUrl: rest, wsUrl: ws, simulated: true }) });
  const listed = await firstValueFrom(engine.fetchMarkets(), { defaultValue: [] });
  engine.close();
  return listed.map(({ market }) => market).slice(0, MARKETS);
};

const medians = (observed: readonly Observed[]): Observed => ({
  cpu: median(observed.map(({ cpu }) => cpu)),
  heap: median(observed.map(({ heap }) => heap)),
  seen: median(observed.map(({ seen }) => seen)),
});

/** What watching costs while hardly anything happens. */
export const idle: Section = ({ rounds, progress }) =>
  withChildren(async (start) => {
    const addresses = await startExchange(start('simulator'), QUIET);
    const markets = [...(await listedMarkets(addresses))];
    const watchers = { bare: start('watcher'), backbone: start('watcher') };
    for (const who of WATCHERS) await watchers[who].ask({ who, ...addresses, markets });
    progress('idle: settling');
    await new Promise((resolve) => setTimeout(resolve, SETTLING));
    const results = { bare: new Array<Observed>(), backbone: new Array<Observed>() };
    for (let round = 1; round <= rounds; round += 1) {
      progress(`idle: round ${round} of ${rounds}, ${LASTING / 1_000} s`);
      // Both at the same time, so that both see the same market and the same machine.
      const observed = await Promise.all(WATCHERS.map((who) => watchers[who].ask({ lasting: LASTING })));
      for (const [i, who] of WATCHERS.entries()) results[who].push(observedSchema.parse(observed[i]));
    }
    for (const who of WATCHERS) {
      if (!(medians(results[who]).seen >= MARKETS)) throw new Error(`${TITLES[who]}: not every market was heard of`);
    }
    const rows: Row[] = WATCHERS.map((who) => ({ who: TITLES[who], ...medians(results[who]) }));
    const { cpu, heap } = medians(results.backbone);
    return {
      title: `Idle: ${MARKETS} tickers watched on a quiet exchange, ${LASTING / 1_000} s`,
      columns: [
        { key: 'who', title: 'who' },
        { key: 'cpu', title: 'CPU, % of a core', digits: 2 },
        { key: 'heap', title: 'heap after gc, MB', digits: 1 },
        { key: 'seen', title: 'events so far' },
      ],
      rows,
      notes: [],
      verdicts: [
        {
          promise: `idle with ${MARKETS} tickers: less than ${MOST_CPU} % of a core`,
          measured: `${cpu.toFixed(2)} %`,
          holds: cpu < MOST_CPU,
        },
        {
          promise: `idle with ${MARKETS} tickers: less than ${MOST_HEAP} MB of heap`,
          measured: `${heap.toFixed(1)} MB`,
          holds: heap < MOST_HEAP,
        },
      ],
    };
  });
