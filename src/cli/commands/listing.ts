import { catchError, firstValueFrom, map, of, takeUntil, throwError, timeout } from 'rxjs';
import { MarketDataError } from '../../errors.js';
import type { Market } from '../../model/market.js';
import type { Engine } from '../engine.js';
import { CliFailure } from '../failure.js';
import { unlistedSentence } from '../nearest.js';
import type { Session } from '../session.js';

/** Longest wait for the list of markets, ms. */
const PATIENCE = 3_000;

/** The exchange's markets, or why they could not be read within a few seconds. */
export const readListing = async (
  { backbone }: Pick<Engine, 'backbone'>,
  { stopped$ }: Pick<Session, 'stopped$'>,
): Promise<{ readonly listed: readonly Market[] } | { readonly problem: unknown }> =>
  firstValueFrom(
    backbone.fetchMarkets().pipe(
      map((listed) => ({ listed })),
      timeout({ first: PATIENCE, with: () => throwError(() => silence()) }),
      catchError((problem: unknown) => of({ problem })),
      takeUntil(stopped$),
    ),
    { defaultValue: { listed: [] } },
  );

/** Fails when the exchange lists some of the markets not at all. */
export const checkListed = (markets: readonly string[], listed: readonly Market[]): void => {
  const known = new Set<string>(listed.map(({ market }) => market));
  const unlisted = markets.filter((market) => !known.has(market));
  if (unlisted.length > 0) throw new CliFailure(unlistedSentence(unlisted, listed));
};

const silence = (): MarketDataError =>
  new MarketDataError(`no answer within ${PATIENCE} ms`, {
    code: 'HTTP_FAILED',
    retryable: true,
    details: { reason: `no answer within ${PATIENCE / 1_000} s` },
  });
