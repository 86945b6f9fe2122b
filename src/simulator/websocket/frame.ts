import { writeJson, type Json, type JsonObject } from '../numbers/json.js';
import type { Channel, Format } from './requests.js';
import { shortened } from './short-keys.js';

/** One message of a market, before a socket's format is applied to it. */
export interface Frame {
  readonly type: string;
  readonly channel: Channel;
  readonly code: string;
  /** ms on the exchange, for "older than". */
  readonly at: number;
  /** The message with full keys; SIMPLE formats spell some numbers otherwise. */
  readonly message: (simple: boolean) => JsonObject;
  /** The text in a format; remembered, because many sockets get the same frame. */
  readonly text: (format: Format, plain: boolean) => string;
}

export const isSimple = (format: Format): boolean => format === 'SIMPLE' || format === 'SIMPLE_LIST';
export const isListed = (format: Format): boolean => format === 'JSON_LIST' || format === 'SIMPLE_LIST';

/** A message in a format, as JSON. */
export const formatted = (message: JsonObject, channel: Channel, format: Format): Json => {
  const body = isSimple(format) ? shortened(message, channel) : message;
  return isListed(format) ? [body] : body;
};

/** A frame that is built at most once for every format. */
export const createFrame = (
  head: Pick<Frame, 'type' | 'channel' | 'code' | 'at'>,
  message: Frame['message'],
): Frame => {
  const texts = new Map<string, string>();
  return {
    ...head,
    message,
    text: (format, plain) => {
      const key = plain ? `${format} plain` : format;
      const known = texts.get(key);
      if (known !== undefined) return known;
      const text = writeJson(formatted(message(isSimple(format)), head.channel, format), plain);
      texts.set(key, text);
      return text;
    },
  };
};
