import { catchError, firstValueFrom, from, map, of, type ObservableInput } from 'rxjs';
import type { Reachable } from '../engine.js';
import type { Session } from '../session.js';
import { judgeClock, narrowByEvent, skewByDate } from './clock.js';
import { ill, well, type Finding } from './finding.js';
import { judgeLimits, judgeRest, judgeSilence, probeRest, type RestProbe } from './rest.js';
import { judgeLostSocket, judgeSocket, probeSocket, type SocketProbe } from './socket.js';

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

const settle = <T>(work: ObservableInput<T>): Promise<Outcome<T>> =>
  firstValueFrom(
    from(work).pipe(
      map((value) => ({ value })),
      catchError((error: unknown) => of({ error })),
    ),
    { defaultValue: { error: new Error('it was interrupted') } },
  );

/** Every check, one after another where they would disturb each other's times. */
export const examine = async (exchange: Reachable, session: Session): Promise<readonly Finding[]> => {
  const { restUrl, wsUrl } = exchange;
  const rest = await settle(probeTwice(restUrl, session.stop));
  const socket = await settle(probeSocket(exchange, session.stopped$));
  const seen = 'value' in rest ? judgeRest(restUrl, rest.value) : judgeSilence(restUrl, rest.error);
  return [
    seen,
    ...(seen.ok ? [await judgeMarkets(exchange)] : []),
    ...('value' in rest && seen.ok ? [judgeLimits(rest.value)] : []),
    'value' in socket ? judgeSocket(wsUrl, socket.value) : judgeLostSocket(wsUrl, socket.error),
    ...('value' in rest ? [judgeClock(skewOf(rest.value, socket))] : []),
  ];
};

/** The first call also pays for the connection; the second tells what a call takes. */
const probeTwice = async (restUrl: string, stop: AbortSignal): Promise<RestProbe> => {
  await probeRest(restUrl, stop);
  return probeRest(restUrl, stop);
};

const judgeMarkets = async ({ source }: Reachable): Promise<Finding> => {
  const answer = await settle(source.rest.markets());
  if ('error' in answer) {
    const reason = answer.error instanceof Error ? answer.error.message : String(answer.error);
    return ill('markets', reason, 'the list of markets is not what Upbit documents: check UPBIT_REST_URL');
  }
  const won = answer.value.filter(({ quote }) => quote === 'KRW').length;
  const words = `${answer.value.length} markets are listed, ${won} of them in won`;
  return won > 0
    ? well('markets', words)
    : ill('markets', words, 'this may not be the Korean Upbit: check UPBIT_REST_URL');
};

const skewOf = (rest: RestProbe, socket: Outcome<SocketProbe>): ReturnType<typeof skewByDate> => {
  const skew = skewByDate(rest);
  return skew === undefined || 'error' in socket ? skew : narrowByEvent(skew, socket.value.event);
};
