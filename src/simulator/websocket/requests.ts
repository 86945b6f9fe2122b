import { MINUTE_UNITS } from '../market/windows.js';

export type Format = 'DEFAULT' | 'SIMPLE' | 'JSON_LIST' | 'SIMPLE_LIST';
export type Channel = 'ticker' | 'trade' | 'orderbook' | 'candle';

/** One code of one type object of a request. */
export interface Topic {
  /** As requested, e.g. `candle.1m`. */
  readonly type: string;
  readonly channel: Channel;
  readonly code: string;
  /** Order book units wanted. */
  readonly units: number;
  /** Price grouping of the order book, 0 = none. */
  readonly level: number;
  readonly snapshot: boolean;
  readonly realtime: boolean;
}

/** What a client message asks for. */
export type ClientRequest =
  | {
      readonly kind: 'subscribe';
      readonly topics: readonly Topic[];
      readonly types: readonly TypeRequest[];
      readonly format: Format;
    }
  | { readonly kind: 'list'; readonly ticket: string; readonly format: Format | undefined }
  | { readonly kind: 'error'; readonly name: RequestErrorName; readonly message: string };

/** One type object, as LIST_SUBSCRIPTIONS repeats it. */
interface TypeRequest {
  readonly type: string;
  readonly codes: readonly string[];
  readonly level: number | undefined;
}

export type RequestErrorName =
  'WRONG_FORMAT' | 'NO_TICKET' | 'NO_TYPE' | 'NO_CODES' | 'INVALID_PARAM' | 'TOO_MANY_REQUEST';

type Part = Readonly<Record<string, unknown>>;

class Refusal extends Error {
  readonly code: RequestErrorName;

  constructor(code: RequestErrorName, message: string) {
    super(message);
    this.code = code;
  }
}

const FORMATS: readonly Format[] = ['DEFAULT', 'SIMPLE', 'JSON_LIST', 'SIMPLE_LIST'];
const PLAIN_TYPES = ['ticker', 'trade', 'orderbook'] as const;
const CANDLE_TYPES = new Set(['candle.1s', ...MINUTE_UNITS.map((unit) => `candle.${unit}m`)]);
const UNITS = [1, 5, 15, 30];
const MOST_UNITS = 30;

const wrongFormat = (): Refusal => new Refusal('WRONG_FORMAT', 'Format 이 맞지 않습니다.');

const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null && !Array.isArray(value);

const partsOf = (text: string): Part[] => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw wrongFormat();
  }
  if (!Array.isArray(parsed) || !parsed.every(isPart)) throw wrongFormat();
  return parsed;
};

const ticketOf = (parts: readonly Part[]): string => {
  const ticket = parts.find((part) => 'ticket' in part)?.['ticket'];
  if (typeof ticket !== 'string' || ticket === '')
    throw new Refusal('NO_TICKET', '티켓이 존재하지 않거나, 유효하지 않습니다.');
  return ticket;
};

const formatOf = (parts: readonly Part[]): Format | undefined => {
  const given = parts.find((part) => 'format' in part)?.['format'];
  if (given === undefined) return undefined;
  const format = FORMATS.find((known) => known === given);
  if (format === undefined) throw new Refusal('INVALID_PARAM', `${JSON.stringify(given)} 은 지원하지 않는 포맷입니다.`);
  return format;
};

const channelOf = (type: unknown): Channel => {
  const plain = PLAIN_TYPES.find((known) => known === type);
  if (plain !== undefined) return plain;
  if (typeof type === 'string' && CANDLE_TYPES.has(type)) return 'candle';
  throw new Refusal('INVALID_PARAM', `${String(type)} 은 지원하지 않는 타입입니다.`);
};

const codesOf = (part: Part): string[] => {
  const codes = part['codes'];
  if (!Array.isArray(codes) || codes.length === 0) throw new Refusal('NO_CODES', '코드가 존재하지 않습니다.');
  return codes.map((code: unknown) => {
    if (typeof code !== 'string') throw wrongFormat();
    return code;
  });
};

const flag = (part: Part, ...names: readonly string[]): boolean =>
  names.some((name) => {
    const value = part[name];
    if (value !== undefined && typeof value !== 'boolean')
      throw new Refusal('INVALID_PARAM', `${name} 값이 올바르지 않습니다.`);
    return value === true;
  });

const levelOf = (part: Part): number | undefined => {
  const level = part['level'];
  if (level === undefined) return undefined;
  const number = typeof level === 'string' ? Number(level) : level;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0)
    throw new Refusal('INVALID_PARAM', 'level 값이 올바르지 않습니다.');
  return number;
};

/** `KRW-BTC.5` → five units of KRW-BTC; any other suffix means thirty. */
const splitCode = (code: string, channel: Channel): { code: string; units: number } => {
  const dot = code.indexOf('.');
  if (channel !== 'orderbook' || dot < 0) return { code, units: MOST_UNITS };
  const units = Number(code.slice(dot + 1));
  return { code: code.slice(0, dot), units: UNITS.includes(units) ? units : MOST_UNITS };
};

const topicsOf = (part: Part): Topic[] => {
  const channel = channelOf(part['type']);
  const type = String(part['type']);
  const onlySnapshot = flag(part, 'is_only_snapshot', 'isOnlySnapshot');
  const onlyRealtime = flag(part, 'is_only_realtime', 'isOnlyRealtime');
  const level = channel === 'orderbook' ? (levelOf(part) ?? 0) : 0;
  return codesOf(part).map((given) => ({
    type,
    channel,
    ...splitCode(given, channel),
    level,
    snapshot: !onlyRealtime || onlySnapshot,
    realtime: !onlySnapshot,
  }));
};

const typeRequest = (part: Part): TypeRequest => ({
  type: String(part['type']),
  codes: codesOf(part),
  level: part['type'] === 'orderbook' ? (levelOf(part) ?? 0) : undefined,
});

const read = (text: string): ClientRequest => {
  const parts = partsOf(text);
  const ticket = ticketOf(parts);
  const format = formatOf(parts);
  const method = parts.find((part) => 'method' in part)?.['method'];
  if (method === 'LIST_SUBSCRIPTIONS') return { kind: 'list', ticket, format };
  if (method !== undefined) throw wrongFormat();
  const types = parts.filter((part) => 'type' in part);
  if (types.length === 0) throw new Refusal('NO_TYPE', '타입이 존재하지 않습니다.');
  return {
    kind: 'subscribe',
    topics: types.flatMap(topicsOf),
    types: types.map(typeRequest),
    format: format ?? 'DEFAULT',
  };
};

/** Reads a client message; what is wrong with it becomes an error request, never an exception. */
export const readRequest = (text: string): ClientRequest => {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'error', name: error.code, message: error.message };
    throw error;
  }
};
