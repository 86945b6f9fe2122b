import { invalidParameter, missingParameter, typeMismatch } from './problems.js';

/** The decoded query of a request. */
export type Query = ReadonlyMap<string, string>;

/** Characters that may stand raw in a query; a colon or a blank has to be percent-encoded. */
const RAW = /^[A-Za-z0-9\-._~!$'()*,;@/?[\]%+]*$/;

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidParameter();
  }
};

/** Reads a raw query string; throws what the exchange answers when a value is not percent-encoded. */
export const parseQuery = (raw: string): Query => {
  const query = new Map<string, string>();
  for (const pair of raw.split('&')) {
    if (pair === '') continue;
    const [key = '', ...rest] = pair.split('=');
    const value = rest.join('=');
    if (!RAW.test(key) || !RAW.test(value)) throw invalidParameter();
    query.set(decode(key), decode(value));
  }
  return query;
};

/** A parameter that must be there. */
export const required = (query: Query, name: string): string => {
  const value = query.get(name);
  if (value === undefined || value === '') throw missingParameter();
  return value;
};

/** A comma-separated list that must be there. */
export const requiredList = (query: Query, name: string): string[] =>
  required(query, name)
    .split(',')
    .map((item) => item.trim());

/** An integer, or undefined when the parameter is absent. */
export const integer = (query: Query, name: string): number | undefined => {
  const value = query.get(name);
  if (value === undefined || value === '') return undefined;
  if (!/^[+-]?[0-9]{1,18}$/.test(value)) throw typeMismatch();
  return Number(value);
};

/** How many rows are wanted: 1 when absent, silently cut at `most`. */
export const rowCount = (query: Query, most: number, otherwise = 1): number => {
  const count = integer(query, 'count') ?? otherwise;
  if (count < 1) throw invalidParameter();
  return Math.min(count, most);
};

export const flag = (query: Query, ...names: readonly string[]): boolean => {
  const value = names.map((name) => query.get(name)).find((given) => given !== undefined);
  if (value === undefined || value === 'false' || value === '') return false;
  if (value !== 'true') throw typeMismatch();
  return true;
};
