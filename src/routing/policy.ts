import type { TierName } from '../model/provenance.js';
import type { DataRequest, UsageContext } from '../model/request.js';

/** How much of the exchange's request budget may be used before efficiency counts fully. */
export type NetworkPolicy = 'aggressive' | 'balanced' | 'conservative' | 'minimal';

const THRESHOLD: Readonly<Record<NetworkPolicy, number>> = {
  aggressive: 0.95,
  balanced: 0.75,
  conservative: 0.5,
  minimal: 0.25,
};

type PerTier = Readonly<Record<TierName, number>>;

const perTier = (hot: number, live: number, batch: number, warm: number, cold: number): PerTier => ({
  'hot-cache': hot,
  'live-subscription': live,
  'batch-snapshot': batch,
  'warm-cache': warm,
  'cold-rest': cold,
});

const PREFERENCE: Readonly<Record<UsageContext, PerTier>> = {
  trading: perTier(1, 0.9, 0.6, 0.3, 0.1),
  monitoring: perTier(0.9, 0.8, 0.7, 0.5, 0.2),
  scanning: perTier(0.8, 0.4, 1, 0.7, 0.2),
  backtesting: perTier(0.3, 0.1, 0.2, 1, 0.9),
  research: perTier(0.3, 0.1, 0.2, 0.8, 1),
  maintenance: perTier(0.5, 0.5, 0.5, 0.5, 0.5),
};

/** Markets a tier serves without strain in one request. */
const CAPACITY = perTier(1_000, 20, 189, 100, 1);
const EFFICIENCY = perTier(1, 0.6, 0.9, 0.7, 0.3);

/** What the policy is told about everything but the request. */
export interface World {
  /** Share of the exchange's request budget in use, 0 to 1. */
  readonly usage: number;
  readonly networkPolicy: NetworkPolicy;
  /** How well a tier has worked lately, 0 to 1. */
  readonly health: (tier: TierName) => number;
  /** Why a tier that could serve the request is to be left alone for now, if it is. */
  readonly heldBack?: (tier: TierName) => string | undefined;
}

/** A tier's place in the order of trying; one with `excluded` is not tried, and that says why. */
export interface Ranked {
  readonly tier: TierName;
  readonly score: number;
  readonly excluded?: string;
}

/** What is asked of the policy about one tier: its name, and why it cannot serve the request if it cannot. */
export interface Candidate {
  readonly tier: TierName;
  readonly excluded: string | undefined;
}

/** Orders the tiers for a request, best first, those that cannot serve it, or are held back, last. Pure. */
export const rank = (request: DataRequest, candidates: readonly Candidate[], world: World): readonly Ranked[] => {
  const ranked = candidates.map(({ tier, excluded }): Ranked => {
    const reason = excluded ?? wrongRoad(request, tier) ?? world.heldBack?.(tier);
    return reason === undefined
      ? { tier, score: score(request, tier, pressure(world)) * world.health(tier) }
      : { tier, score: 0, excluded: reason };
  });
  return ranked.sort(
    (a, b) => Number(a.excluded !== undefined) - Number(b.excluded !== undefined) || b.score - a.score,
  );
};

const pressure = ({ usage, networkPolicy }: World): number => Math.min(usage / THRESHOLD[networkPolicy], 1);

/** How well a tier suits a request, 0 to 1: .4 preference, .3 performance, .2 network, .1 special. */
export const score = (request: DataRequest, tier: TierName, pressure: number): number => {
  const { context, markets } = request;
  const overload = Math.max(0, markets.length / CAPACITY[tier] - 1);
  const performance = Math.max(0, 1 - overload);
  const network = (EFFICIENCY[tier] * (1 + pressure)) / 2;
  const total = 0.4 * PREFERENCE[context][tier] + 0.3 * performance + 0.2 * network + 0.1 * special(request, tier);
  return Math.min(1, Math.max(0, total));
};

const special = ({ realtime, markets, channel }: DataRequest, tier: TierName): number => {
  if (tier === 'hot-cache' || tier === 'live-subscription') return realtime && markets.length <= 5 ? 0.5 : 0;
  if (tier !== 'batch-snapshot') return 0;
  const state = channel === 'ticker' || channel === 'orderbook';
  return (markets.length >= 20 ? 0.3 : 0) + (state && !realtime ? 0.2 : 0);
};

/** The caller may allow only tiers that go, or whose data went, one way. */
const wrongRoad = ({ via, channel }: DataRequest, tier: TierName): string | undefined => {
  if (via === 'auto') return undefined;
  const socketSnapshot = tier === 'batch-snapshot' && (channel === 'trade' || channel === 'candle');
  const socket = tier === 'hot-cache' || tier === 'live-subscription' || socketSnapshot;
  const rest = tier === 'cold-rest' || (tier === 'batch-snapshot' && !socketSnapshot);
  return (via === 'rest' ? rest : socket) ? undefined : `the caller asked for ${via} only`;
};
