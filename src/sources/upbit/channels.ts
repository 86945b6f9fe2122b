import type { Interval } from '../../model/interval.js';
import type { Topic } from '../../model/topic.js';
import { SOCKET_DEPTHS } from './limits.js';

/** Intervals the socket streams, by Upbit's name for the unit. Days and longer are not among them. */
const UNITS: Readonly<Partial<Record<Interval, string>>> = {
  '1s': '1s',
  '1m': '1m',
  '3m': '3m',
  '5m': '5m',
  '10m': '10m',
  '15m': '15m',
  '30m': '30m',
  '1h': '60m',
  '4h': '240m',
};

const INTERVAL_OF = new Map<string, Interval>(
  Object.entries(UNITS).map(([interval, unit]) => [`candle.${unit}`, interval as Interval] as const),
);

/** The `type` a topic has on the wire, or `undefined` when the socket does not carry it. */
export const wireType = (topic: Topic): string | undefined => {
  if (topic.channel !== 'candle') return topic.channel;
  const unit = UNITS[topic.interval];
  return unit === undefined ? undefined : `candle.${unit}`;
};

/** The interval of a wire type such as `candle.60m`. */
export const intervalOfWireType = (type: string): Interval | undefined => INTERVAL_OF.get(type);

/** The smallest depth the socket offers that shows at least `depth` levels. */
export const wireDepth = (depth: number): number => SOCKET_DEPTHS.find((offered) => offered >= depth) ?? 30;

/**
 * The subscription message for a set of topics. A request replaces the whole subscription of the socket, so this is
 * always the union of everything wanted. Frames do not say which depth they were asked with, so of several depths of
 * one book only the deepest is requested. `undefined` when there is nothing to ask for.
 */
export const subscription = (topics: readonly Topic[], mode: 'stream' | 'snapshot'): string | undefined => {
  const groups = new Map<string, { type: string; level?: number; codes: Map<string, number> }>();
  for (const topic of topics) {
    const type = wireType(topic);
    if (type === undefined) continue;
    const level = topic.channel === 'orderbook' ? (topic.level ?? 0) : 0;
    const depth = topic.channel === 'orderbook' ? wireDepth(topic.depth ?? 30) : 0;
    const key = `${type}@${level}`;
    const group = groups.get(key) ?? { type, ...(level === 0 ? {} : { level }), codes: new Map<string, number>() };
    group.codes.set(topic.market, Math.max(depth, group.codes.get(topic.market) ?? 0));
    groups.set(key, group);
  }
  const types = [...groups.values()].map(({ codes, ...rest }) => ({
    ...rest,
    codes: [...codes].map(([market, depth]) => (depth === 0 || depth === 30 ? market : `${market}.${depth}`)),
    ...(mode === 'snapshot' ? { is_only_snapshot: true } : {}),
  }));
  return types.length === 0 ? undefined : JSON.stringify([{ ticket: 'backbone' }, ...types, { format: 'SIMPLE' }]);
};
