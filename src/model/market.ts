/**
 * A market's code as Upbit writes it: quote currency first, then base currency, upper case, e.g. `KRW-BTC`
 * is bitcoin priced in won. The same spelling is used for every exchange.
 */
export type MarketCode = `${string}-${string}`;

/** A market an exchange lists. */
export interface Market {
  /** Quote-base code, e.g. `KRW-BTC`. */
  readonly market: MarketCode;
  /** The currency that is bought and sold; volumes and sizes are in it. */
  readonly base: string;
  /** The currency prices and turnover are in. */
  readonly quote: string;
  /** The exchange's Korean display name, where it gives one. */
  readonly koreanName?: string;
  /** The exchange's English display name, where it gives one. */
  readonly englishName?: string;
  /** True while the exchange marks the market as an investment warning; absent when it was not asked or does not say. */
  readonly warning?: boolean;
  /** Names of the cautions in force, e.g. `PRICE_FLUCTUATIONS`; absent when not asked. */
  readonly cautions?: readonly string[];
}

const CODE = /^([A-Z0-9]+)-([A-Z0-9]+)$/;

/** Base and quote of a market code, or `undefined` when the text is not one. */
export const parseMarket = (code: string): { readonly base: string; readonly quote: string } | undefined => {
  const [, quote, base] = CODE.exec(code) ?? [];
  return quote === undefined || base === undefined ? undefined : { base, quote };
};

/** Whether the text is a well-formed market code; it says nothing about whether an exchange lists it. */
export const isMarketCode = (code: string): code is MarketCode => CODE.test(code);
