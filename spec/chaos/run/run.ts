import { CHANNELS, type Channel, type EngineEvent, type Status } from 'market-data-backbone';
import { judgeTrades } from '../judge/trades.js';
import { faultNamed } from '../plan/catalogue.js';
import type { Planned } from '../plan/fault.js';
import { World } from '../world/world.js';
import { Observer } from './observer.js';
import type { Recording, Struck } from './recording.js';

export interface RunOptions {
  /** Of the market, and of what the proxies draw. */
  readonly seed: number;
  readonly schedule: readonly Planned[];
  /** The channels watched. Default all. */
  readonly channels?: readonly Channel[];
  /** Longest wait for what is missing at the end, ms. */
  readonly settling: number;
  /** Watches more than REST's budget serves at once. */
  readonly more?: boolean;
  /** The exchange gets a process of its own. */
  readonly own?: boolean;
}

const READY = 10_000;
const LEAST_SETTLING = 3_000;
/** What was traded within this time may still be under way. */
const UNDER_WAY = 1_500;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const until = async (so: () => boolean, most: number, step: number): Promise<void> => {
  for (let waited = 0; !so() && waited < most; waited += step) await pause(step);
};

/** Plays a schedule to an engine, over real sockets, and writes down everything the engine says. */
export const run = async ({
  seed,
  schedule,
  settling,
  channels = CHANNELS,
  own = false,
  more = false,
}: RunOptions): Promise<{
  readonly recording: Recording;
  readonly truth: World['exchange']['truth'];
}> => {
  const world = await World.start(seed, own);
  const { engine, exchange } = world;
  const { truth } = exchange;
  const observer = new Observer(engine, channels, more);
  const signals: EngineEvent[] = [];
  let status = undefined as Status | undefined;
  engine.events$.subscribe((event) => signals.push(event));
  engine.status$.subscribe((now) => (status = now));
  try {
    observer.start();
    await until(() => observer.watched.every(({ sightings }) => sightings.length > 0), READY, 50);
    const startedAt = Date.now();
    const struck: Struck[] = [];
    const strike = async (planned: Planned): Promise<void> => {
      await pause(startedAt + planned.at - Date.now());
      const from = Date.now();
      const end = await world.begin(planned);
      await pause(from + planned.forMs - Date.now());
      await end();
      struck.push({ ...planned, from, until: Date.now() + (faultNamed(planned.fault).after ?? 0) });
    };
    await Promise.all(schedule.map(strike));

    await pause(LEAST_SETTLING);
    const calm = Date.now() - UNDER_WAY;
    const trades = observer.watched.filter(({ channel }) => channel === 'trade');
    await until(
      () => trades.every((topic) => judgeTrades(topic, signals, truth, calm).lost.length === 0),
      settling,
      500,
    );
    await pause(1_100);
    if (status === undefined) throw new Error('the engine told no status');
    const recording: Recording = {
      startedAt,
      endedAt: calm,
      struck: struck.sort((a, b) => a.from - b.from),
      watched: observer.watched,
      fetched: observer.fetched,
      signals,
      errors: observer.errors,
      stats: await exchange.stats(),
      status,
    };
    return { recording, truth };
  } finally {
    observer.stop();
    await world.close();
  }
};
