import type { MarketEvent } from '../../../src/model/events.js';
import { intervalOfWireType } from '../../../src/sources/upbit/channels.js';
import { isCandle, isOrderbook, isTicker, isTrade } from '../../../src/sources/upbit/guards.js';
import {
  readCandle,
  readOrderbook,
  readTicker,
  readTrade,
  type Message,
  type Stamp,
} from '../../../src/sources/upbit/mapper.js';
import { quoteIds } from '../../../src/sources/upbit/messages.js';

/* What a frame means, by the slowest and plainest road. */

export const stamp: Stamp = { exchange: 'upbit', origin: 'websocket', tier: 'live-subscription' };

export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export const isObject = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a parsed message says it is. */
export const typeOf = (message: Message): unknown => (message['ty'] === undefined ? message['type'] : message['ty']);

/** The digits of a parsed message's id. */
export const idOf = (message: Message): string | undefined => {
  const id = message['ty'] === undefined ? message['sequential_id'] : message['sid'];
  return typeof id === 'string' && /^\d+$/.test(id) ? id : undefined;
};

/** The event of a parsed message, or `undefined` when it is none. */
export const eventOf = (message: Message, receivedAt: number): MarketEvent | undefined => {
  const type = typeOf(message);
  if (typeof type !== 'string') return undefined;
  if (type === 'ticker') {
    const event = readTicker(message, stamp, receivedAt);
    return isTicker(event) ? event : undefined;
  }
  if (type === 'trade') {
    const event = readTrade(message, stamp, receivedAt, idOf(message));
    return isTrade(event) ? event : undefined;
  }
  if (type === 'orderbook') {
    const event = readOrderbook(message, stamp, receivedAt);
    return isOrderbook(event) ? event : undefined;
  }
  const interval = intervalOfWireType(type);
  const event = interval === undefined ? undefined : readCandle(message, stamp, receivedAt, interval);
  return event !== undefined && isCandle(event) ? event : undefined;
};

/** The message of a frame, its ids as digits, or `undefined` when it is not one JSON object. */
export const messageOf = (frame: Buffer): Message | undefined => {
  const text = frame.toString();
  const message = isObject(parseJson(text)) ? parseJson(quoteIds(text)) : undefined;
  return isObject(message) ? message : undefined;
};
