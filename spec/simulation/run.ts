import { VirtualTimeScheduler, merge } from 'rxjs';
import { MarketDataBackbone } from '../../src/backbone.js';
import { Judge } from './judge.js';
import { Timeline } from './timeline.js';
import { randomFrom, type Random } from './random.js';
import { World, fair } from './world.js';

export interface Simulated {
  readonly seed: number;
  readonly hours: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly delivered: number;
  readonly repaired: number;
  readonly missing: number;
  readonly answers: number;
  /** What was promised and not kept, the first few. */
  readonly broken: readonly string[];
  /** What happened before the first broken promise, as marbles. */
  readonly story: string;
  /** The same for two runs that went the same way. */
  readonly digest: number;
}

const MARKETS = ['KRW-A', 'KRW-B', 'KRW-C'] as const;
/** Time after the last fault within which everything is well again, ms. */
const SETTLED = 180_000;
const HOUR = 3_600_000;
const MOST_COMPLAINTS = 10;

/** What may happen: each turns the weather bad, and `fair` turns it good again. */
const FAULTS = {
  cut: (world) => world.cut(),
  flap: (world, random, later) => {
    for (let i = 0; i < 8; i += 1) later(random.whole(0, 12_000), () => world.cut());
  },
  refuse: (world) => {
    world.weather.refusing = true;
    world.cut();
  },
  halfOpen: (world) => world.halfOpen(),
  silence: (world, random) => (world.weather.silenced = random.pick(MARKETS)),
  forget: (world, random) => world.forget(random.pick(MARKETS)),
  restFails: (world) => (world.weather.rest = 'failing'),
  restHangs: (world) => (world.weather.rest = 'hanging'),
  restLimits: (world) => (world.weather.rest = 'limited'),
  restBehind: (world, random) => (world.weather.rest = { behind: random.whole(100, 3_000) }),
  slow: (world, random) => (world.weather.latency = random.whole(100, 2_000)),
  doubled: (world) => (world.weather.doubled = 0.3),
  garbled: (world) => (world.weather.garbled = 0.05),
  omitted: (world) => (world.weather.omitted = 0.1),
} satisfies Readonly<
  Record<string, (world: World, random: Random, later: (wait: number, act: () => void) => void) => unknown>
>;

const NAMES = Object.keys(FAULTS) as (keyof typeof FAULTS)[];

/**
 * Runs the whole engine above the transport in virtual time, on a small exchange under random faults, and holds every
 * event against what the exchange knows. The seed decides everything.
 */
export const simulate = (seed: number, hours: number): Simulated => {
  const random = randomFrom(seed);
  const scheduler = new VirtualTimeScheduler();
  const timeline = new Timeline();
  const broken: string[] = [];
  const faults: Record<string, number> = {};
  let story = '';
  let digest = 0;
  let answers = 0;

  const world = new World(MARKETS, random, scheduler, (what, market, detail) =>
    timeline.add(scheduler.now(), market, what, detail),
  );
  const backbone = new MarketDataBackbone({ source: world.source, scheduler, random: () => random.next() });
  const judges = new Map<string, Judge>(
    MARKETS.map((market) => [
      market,
      new Judge(market, world.trades.get(market) ?? [], (what, at) => {
        if (story === '') story = timeline.tell(market, at);
        if (broken.length < MOST_COMPLAINTS)
          broken.push(`${(scheduler.now() / 1_000).toFixed(3)} s, ${market}: ${what}`);
      }),
    ]),
  );
  const later = (wait: number, act: () => void): void => void scheduler.schedule(act, wait);
  const mix = (text: string): void => {
    for (let i = 0; i < text.length; i += 1) digest = (Math.imul(digest, 31) + text.charCodeAt(i)) | 0;
  };

  merge(backbone.watchTrades(MARKETS, { control: true }), backbone.watchTicker(MARKETS)).subscribe({
    next: (event) => {
      mix(`${scheduler.now()}${event.type}${'id' in event ? event.id : ''}`);
      const market = 'market' in event ? event.market : (event.topic.split('/')[2] ?? '');
      const judge = judges.get(market);
      if (event.type === 'trade') {
        timeline.add(scheduler.now(), market, 'told', `trade:${event.id}`);
        judge?.trade(event);
      } else if (event.type === 'ticker') judge?.ticker(event);
      else if ('topic' in event) {
        timeline.add(scheduler.now(), market, event.type, JSON.stringify(event));
        if (event.topic.includes('/trade/')) judge?.signal(event);
      }
    },
    error: (error: unknown) => broken.push(`a watch ended: ${String(error)}`),
  });

  const ask = (): void => {
    const market = random.pick(MARKETS);
    backbone.fetchTicker(market).subscribe({
      next: (answer) => {
        answers += 1;
        judges.get(market)?.answer(answer, scheduler.now());
      },
      // With neither socket nor REST there is no answer, and none is promised.
      error: () => undefined,
    });
    later(random.wait(5_000), ask);
  };
  later(5_000, ask);

  /** Some bad weather, then time enough to settle, then the judgement. */
  const episode = (): void => {
    const lasting = random.whole(1_000, 40_000);
    for (let i = random.whole(1, 3); i > 0; i -= 1) {
      const name = random.pick(NAMES);
      faults[name] = (faults[name] ?? 0) + 1;
      later(random.whole(0, lasting), () => {
        timeline.add(scheduler.now(), '', 'fault', name);
        FAULTS[name](world, random, later);
      });
    }
    later(lasting, () => Object.assign(world.weather, fair()));
    later(lasting + SETTLED, () => {
      const { received, delivered, coalesced, dropped, rejected } = ledgerOf(backbone);
      if (received !== delivered + coalesced + dropped + rejected) broken.push('the ledger does not balance');
      for (const judge of judges.values()) judge.verify(scheduler.now() - SETTLED / 2);
      episode();
    });
  };
  episode();

  scheduler.maxFrames = hours * HOUR;
  scheduler.flush();
  backbone.close();
  world.close();
  const sum = (of: (judge: Judge) => number): number =>
    [...judges.values()].reduce((total, each) => total + of(each), 0);
  return {
    seed,
    hours,
    faults,
    delivered: sum(({ count }) => count.delivered),
    repaired: sum(({ count }) => count.repaired),
    missing: sum(({ count }) => count.missing),
    answers,
    broken,
    story,
    digest,
  };
};

const ledgerOf = (backbone: MarketDataBackbone) => {
  let ledger = { received: 0, delivered: 0, coalesced: 0, dropped: 0, rejected: 0 };
  backbone.status$.subscribe((status) => (ledger = status.ledger)).unsubscribe();
  return ledger;
};
