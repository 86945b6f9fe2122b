import { distinctUntilChanged, map, merge, scan, skip, startWith, type Observable } from 'rxjs';
import type { Attempt } from '../errors.js';
import type { Connectivity, ConnectivityChange } from '../model/signals.js';
import type { Link } from './link.js';

/** What a try of REST proves about the way to the exchange: any reply, a refusal too, that there is one. */
export type Reach = { readonly reached: true } | { readonly reached: false; readonly reason: string };

/** What the latest of a request's attempts proves about REST, or `undefined` when none of them went there. */
export const reachOf = (attempts: readonly Attempt[]): Reach | undefined => {
  for (const attempt of attempts.toReversed()) {
    const reach = reachOfOne(attempt);
    if (reach !== undefined) return reach;
  }
  return undefined;
};

const REST_TIERS: readonly string[] = ['batch-snapshot', 'cold-rest', 'direct-rest'];
/** Codes that only a reply can bring about. */
const REPLIED: readonly string[] = ['UNKNOWN_MARKET', 'BAD_PAYLOAD', 'RATE_LIMITED', 'PARTIAL_ANSWER'];

const reachOfOne = ({ tier, outcome, error }: Attempt): Reach | undefined => {
  if (!REST_TIERS.includes(tier) || outcome === 'missed') return undefined;
  if (error === undefined) return { reached: true };
  if (error.details['status'] !== undefined || REPLIED.includes(error.code)) return { reached: true };
  // No status: nobody replied. Anything else, such as a block we keep by ourselves, was never sent.
  if (error.code !== 'HTTP_FAILED') return undefined;
  const { reason } = error.details;
  return { reached: false, reason: typeof reason === 'string' ? reason : error.message };
};

/** What is known of both roads. */
export interface Roads {
  readonly socket: Link['state'] | 'idle';
  readonly socketReason: string;
  readonly rest: Reach | undefined;
}

export const UNKNOWN_ROADS: Roads = { socket: 'idle', socketReason: '', rest: undefined };

export const withSocket = (roads: Roads, link: Link | undefined): Roads => ({
  socket: link?.state ?? 'idle',
  socketReason: link?.state === 'down' ? link.error.message : '',
  // Where a socket comes through REST will too: an older failure says nothing any more.
  rest: link?.state === 'up' && roads.rest?.reached === false ? undefined : roads.rest,
});

export const withRest = (roads: Roads, rest: Reach): Roads => ({ ...roads, rest });

export interface Judgement {
  readonly state: Connectivity;
  readonly reason: string;
}

/** Whether the exchange can be reached, from what the last tries of each road have shown. Pure. */
export const judge = ({ socket, socketReason, rest }: Roads): Judgement => {
  const restReason = rest?.reached === false ? `REST: ${rest.reason}` : undefined;
  if (restReason !== undefined) {
    // A socket that nobody needs, or that is still being opened, is no road either.
    if (socket === 'up') return { state: 'degraded', reason: restReason };
    return { state: 'offline', reason: socket === 'down' ? `${restReason}; socket: ${socketReason}` : restReason };
  }
  if (socket === 'down') return { state: 'degraded', reason: `socket: ${socketReason}` };
  return { state: 'online', reason: 'the exchange answers' };
};

export interface ConnectivityOptions {
  /** The socket's state, each change. */
  readonly link$: Observable<Link | undefined>;
  /** What each try of REST has shown. */
  readonly reach$: Observable<Reach>;
  readonly now: () => number;
}

/** Each change between `online`, at the beginning, `degraded` and `offline`. */
export const connectivity = ({ link$, reach$, now }: ConnectivityOptions): Observable<ConnectivityChange> =>
  merge(
    link$.pipe(map((link) => (roads: Roads) => withSocket(roads, link))),
    reach$.pipe(map((reach) => (roads: Roads) => withRest(roads, reach))),
  ).pipe(
    scan((roads, apply) => apply(roads), UNKNOWN_ROADS),
    startWith(UNKNOWN_ROADS),
    map(judge),
    distinctUntilChanged((before, after) => before.state === after.state),
    skip(1),
    map(({ state, reason }) => ({ type: 'connectivity', at: now(), state, reason })),
  );
