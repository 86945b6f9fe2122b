import { distinctUntilChanged, map, merge, scan, skip, startWith, type Observable } from 'rxjs';
import type { Attempt } from '../errors.js';
import type { Connectivity, ConnectivityChange } from '../model/signals.js';
import type { Link } from './link.js';

/** What a try of REST proves about the way to the exchange: any reply, a refusal too, that there is one. */
export interface Reach {
  /** Why there is no way; absent where there is one. */
  readonly lost?: string;
  /** How long ago it was found out, ms. */
  readonly ago: number;
}

/** What the latest of a request's attempts proves about REST, or `undefined` when none of them went there. */
export const reachOf = (attempts: readonly Attempt[]): Reach | undefined => {
  let ago = 0;
  for (let i = attempts.length - 1; i >= 0; i -= 1) {
    const attempt = attempts[i];
    if (attempt === undefined) break;
    const proof = proofOf(attempt);
    if (proof !== undefined) return { ...proof, ago };
    ago += attempt.elapsed;
  }
  return undefined;
};

const REST_TIERS: readonly string[] = ['batch-snapshot', 'cold-rest', 'direct-rest'];
/** Codes that only a reply can bring about. */
const REPLIED: readonly string[] = ['UNKNOWN_MARKET', 'BAD_PAYLOAD', 'RATE_LIMITED', 'PARTIAL_ANSWER'];

const proofOf = ({ tier, outcome, error }: Attempt): Pick<Reach, 'lost'> | undefined => {
  if (!REST_TIERS.includes(tier) || outcome === 'missed') return undefined;
  if (error === undefined) return {};
  if (error.details['status'] !== undefined || REPLIED.includes(error.code)) return {};
  // No status: nobody replied. Anything else, such as a block we keep by ourselves, was never sent.
  if (error.code !== 'HTTP_FAILED') return undefined;
  const { reason } = error.details;
  return { lost: typeof reason === 'string' ? reason : error.message };
};

/** What is known of both roads. */
export interface Roads {
  readonly socket: Link['state'] | 'idle';
  /** Why the socket is down. */
  readonly socketLost: string;
  /** Why REST does not reach the exchange; `undefined` while nothing is wrong with it, as far as is known. */
  readonly restLost: string | undefined;
  /** When that was found out, ms. */
  readonly restAt: number;
}

export const UNKNOWN_ROADS: Roads = { socket: 'idle', socketLost: '', restLost: undefined, restAt: -Infinity };

export const withSocket = (roads: Roads, link: Link | undefined, now: number): Roads => ({
  ...roads,
  socket: link?.state ?? 'idle',
  socketLost: link?.state === 'down' ? link.error.message : '',
  // Where a socket comes through REST will too: what failed before says nothing any more.
  ...(link?.state === 'up' ? { restLost: undefined, restAt: now } : {}),
});

export const withRest = (roads: Roads, { lost, ago }: Reach, now: number): Roads =>
  // Older than what is known already, unless the clock was set back since.
  now - ago < roads.restAt && roads.restAt <= now ? roads : { ...roads, restLost: lost, restAt: now - ago };

export interface Judgement {
  readonly state: Connectivity;
  readonly reason: string;
}

/** Whether the exchange can be reached, from what the last tries of each road have shown. Pure. */
export const judge = ({ socket, socketLost, restLost }: Roads): Judgement => {
  if (restLost !== undefined) {
    // A socket that nobody needs, or that is still being opened, is no road either.
    if (socket === 'up') return { state: 'degraded', reason: `REST: ${restLost}` };
    return { state: 'offline', reason: `REST: ${restLost}${socket === 'down' ? `; socket: ${socketLost}` : ''}` };
  }
  if (socket === 'down') return { state: 'degraded', reason: `socket: ${socketLost}` };
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
    link$.pipe(map((link) => (roads: Roads) => withSocket(roads, link, now()))),
    reach$.pipe(map((reach) => (roads: Roads) => withRest(roads, reach, now()))),
  ).pipe(
    scan((roads, apply) => apply(roads), UNKNOWN_ROADS),
    startWith(UNKNOWN_ROADS),
    map(judge),
    distinctUntilChanged((before, after) => before.state === after.state),
    skip(1),
    map(({ state, reason }) => ({ type: 'connectivity', at: now(), state, reason })),
  );
