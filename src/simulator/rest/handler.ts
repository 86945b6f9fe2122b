import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultSettings } from '../faults/catalogue.js';
import { writeJson } from '../numbers/json.js';
import type { Verdict } from '../limits/limits.js';
import type { World } from '../world.js';
import { NO_ROUTE, RequestProblem, type Answer } from './problems.js';
import { parseQuery } from './query.js';
import { sendReply, type Reply } from './reply.js';
import { replacedAnswer, spoilRows } from './rest-faults.js';
import { routeOf, type Route } from './routes.js';

type Outcome = Pick<Reply, 'status' | 'body' | 'type'>;

export const BLOCKED = (blockedFor: number): string =>
  `{"error":{"name":418,"message":"Too many API requests. Blocked for ${Math.ceil(blockedFor / 1000)} seconds."}}`;
const TOO_MANY = '{"name":"too_many_requests"}';
const TOO_MANY_WRAPPED = '{"error":{"name":"too_many_requests","message":"Too many API requests."}}';

/** The body of a 429; which form is sent depends on a fault, the status never does. */
export const tooMany = ({ faults }: World): string =>
  faults.strike('wrapped-429') === undefined ? TOO_MANY : TOO_MANY_WRAPPED;

const addressOf = (request: IncomingMessage): string => request.socket.remoteAddress ?? '';

const compute = async (world: World, route: Route, rawQuery: string): Promise<Answer> => {
  try {
    const query = parseQuery(rawQuery);
    const rows = await route.endpoint({ exchange: world.exchange, query, now: world.now() });
    return { status: 200, body: spoilRows(world.faults, route.group, rows) };
  } catch (error) {
    if (error instanceof RequestProblem) return error.answer;
    throw error;
  }
};

const answer = async (world: World, route: Route, rawQuery: string): Promise<Outcome> => {
  const replaced = replacedAnswer(world.faults, route.group);
  if (replaced !== undefined) return replaced;
  const { status, body } = await compute(world, route, rawQuery);
  const text = writeJson(body, world.faults.active('plain-numbers'));
  const cut = world.faults.strike('rest-truncated', { group: route.group });
  return { status, body: cut ? text.slice(0, Math.ceil(text.length / 2)) : text };
};

/** A block that a fault tells, and nobody enforces. */
export const plantedBlock = (
  { limits, now }: World,
  address: string,
  { ms = 10_000 }: FaultSettings,
): { status: 418; body: string } => {
  limits.tellBlock(address, ms, now());
  return { status: 418, body: BLOCKED(ms) };
};

/** The refusal of a call that is over its budget or from a blocked address. */
const refusal = (world: World, { group }: Route, verdict: Verdict, address: string): Outcome | undefined => {
  const planted = world.faults.strike('rest-418', { group });
  if (planted !== undefined) return plantedBlock(world, address, planted);
  if (verdict.status === 418) return { status: 418, body: BLOCKED(verdict.blockedFor) };
  if (verdict.status === 429) return { status: 429, body: tooMany(world) };
  if (world.faults.strike('rest-429', { group }) === undefined) return undefined;
  world.limits.refused(address, group, world.now());
  return { status: 429, body: tooMany(world) };
};

const dateOf = (world: World): Date =>
  new Date(world.now() + (world.faults.active('clock-skew') ? (world.faults.strike('clock-skew')?.ms ?? 60_000) : 0));

const pause = (world: World, ms: number): Promise<void> => new Promise((resolve) => world.timers.after(ms, resolve));

/** Answers one request of the quotation API. */
export const handleQuotation = async (
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const [path = '', rawQuery = ''] = (request.url ?? '').split('?', 2);
  const route = request.method === 'GET' || request.method === 'HEAD' ? routeOf(path) : undefined;
  if (route === undefined) {
    const { status, body } = NO_ROUTE;
    await sendReply(request, response, { status, body: writeJson(body), date: dateOf(world) });
    return;
  }
  const { group } = route;
  const address = addressOf(request);
  const verdict = world.limits.rest(address, group, request.headers.origin !== undefined, world.now());
  const outcome = refusal(world, route, verdict, address);
  if (outcome === undefined) {
    if (world.faults.strike('rest-hang', { group })) return;
    const slow = world.faults.strike('rest-slow', { group });
    if (slow !== undefined) await pause(world, slow.ms ?? 1_500);
  }
  const reply = outcome ?? (await answer(world, route, rawQuery));
  const hidden = world.faults.strike('no-remaining-req', { group }) !== undefined;
  await sendReply(request, response, {
    ...reply,
    date: dateOf(world),
    remaining: hidden ? undefined : verdict.remaining,
  });
};
