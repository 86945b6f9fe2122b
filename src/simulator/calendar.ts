const KST = 9 * 3_600_000;

const iso = (time: number): string => new Date(time).toISOString();

/** `yyyy-MM-ddTHH:mm:ss`, without a zone, as candles say it. */
export const dateTimeUtc = (time: number): string => iso(time).slice(0, 19);
export const dateTimeKst = (time: number): string => dateTimeUtc(time + KST);
/** `yyyy-MM-dd`. */
export const dateUtc = (time: number): string => iso(time).slice(0, 10);
/** `HH:mm:ss`. */
export const timeUtc = (time: number): string => iso(time).slice(11, 19);
/** `yyyyMMdd`, as tickers say it. */
export const compactDate = (time: number): string => dateUtc(time).replaceAll('-', '');
/** `HHmmss`, as tickers say it. */
export const compactTime = (time: number): string => timeUtc(time).replaceAll(':', '');
export const compactDateKst = (time: number): string => compactDate(time + KST);
export const compactTimeKst = (time: number): string => compactTime(time + KST);
