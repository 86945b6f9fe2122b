import type { FaultBoard } from '../faults/board.js';
import type { Json, JsonObject } from '../numbers/json.js';

export const HTML_PAGE =
  '<!DOCTYPE html><html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const marketOf = (row: Json): string | undefined => {
  const code = isObject(row) ? row['market'] : undefined;
  return typeof code === 'string' ? code : undefined;
};

/** An answer that replaces the one the endpoint would have given. */
export const replacedAnswer = (
  faults: FaultBoard,
  group: string,
): { status: number; body: string; type?: string } | undefined => {
  const place = { group };
  if (faults.strike('rest-500', place))
    return { status: 500, body: '{"error":{"name":500,"message":"Internal Server Error"}}' };
  if (faults.strike('rest-503', place)) return { status: 503, body: '' };
  if (faults.strike('rest-html', place)) return { status: 200, body: HTML_PAGE, type: 'text/html' };
  if (faults.strike('rest-empty', place)) return { status: 200, body: '' };
  return undefined;
};

/** Another code than the true one. */
export const wrongCode = (code: string): string => (code === 'KRW-BTC' ? 'KRW-ETH' : 'KRW-BTC');

/** Rows with one market missing or one misnamed, when those faults strike. */
export const spoilRows = (faults: FaultBoard, group: string, rows: Json): Json => {
  if (!isList(rows)) return rows;
  let spoiled = rows;
  const codes = new Set(rows.map(marketOf));
  if (codes.size > 1 && faults.active('rest-missing-market')) {
    const at = rows.findIndex((row) => faults.strike('rest-missing-market', place(group, row)));
    spoiled = rows.filter((_, i) => i !== at);
  }
  if (!faults.active('wrong-market')) return spoiled;
  return spoiled.map((row) => {
    const code = marketOf(row);
    if (code === undefined || !isObject(row) || !faults.strike('wrong-market', place(group, row))) return row;
    return { ...row, market: wrongCode(code) };
  });
};

const place = (group: string, row: Json): { group: string; market?: string } => {
  const market = marketOf(row);
  return market === undefined ? { group } : { group, market };
};
