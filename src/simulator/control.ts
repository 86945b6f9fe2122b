import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { FAULTS, type FaultName, type FaultSettings } from './faults/catalogue.js';
import { UnknownFaultError } from './faults/settings.js';
import type { SimulatorStats } from './stats.js';

/** What the control endpoint steers. */
export interface Controls {
  readonly stats: () => SimulatorStats;
  readonly faults: () => Readonly<Partial<Record<FaultName, FaultSettings>>>;
  readonly setFault: (name: string, settings: unknown) => void;
  readonly clearFault: (name: string) => void;
  readonly clearFaults: () => void;
}

const LARGEST_BODY = 65_536;
const wanted = z.record(z.string(), z.union([z.literal(true), z.literal(false), z.record(z.string(), z.unknown())]));

const readBody = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += String(chunk);
    if (body.length > LARGEST_BODY) throw new UnknownFaultError('the body is too large');
  }
  return body;
};

const parseBody = (body: string): z.infer<typeof wanted> => {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new UnknownFaultError('the body is not JSON');
  }
  const parsed = wanted.safeParse(json);
  if (!parsed.success)
    throw new UnknownFaultError('expected an object such as {"rest-slow":{"ms":500},"quiet":true,"half-open":false}');
  return parsed.data;
};

const putFaults = async (controls: Controls, request: IncomingMessage): Promise<unknown> => {
  for (const [name, setting] of Object.entries(parseBody(await readBody(request)))) {
    if (setting === false) controls.clearFault(name);
    else controls.setFault(name, setting === true ? {} : setting);
  }
  return controls.faults();
};

const act = async (controls: Controls, request: IncomingMessage, path: string): Promise<unknown> => {
  switch (`${request.method ?? ''} ${path}`) {
    case 'GET /control/stats':
      return controls.stats();
    case 'GET /control/faults':
      return { active: controls.faults(), known: FAULTS };
    case 'PUT /control/faults':
      return { active: await putFaults(controls, request) };
    case 'DELETE /control/faults':
      controls.clearFaults();
      return { active: {} };
    default:
      return undefined;
  }
};

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/**
 * The control endpoint, outside every limit and fault:
 *
 * - `GET /control/stats`: the numbers of `SimulatorStats`
 * - `GET /control/faults`: `{ active, known }`, the faults switched on and all there are
 * - `PUT /control/faults`: an object `{ "<fault>": true | { settings } | false }`; the named faults are switched on or
 *   off, others stay. Anything unknown gives 400 `{ "error": "<what is wrong>" }`
 * - `DELETE /control/faults`: switches all off
 */
export const handleControl = async (
  controls: Controls,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> => {
  try {
    const body = await act(controls, request, path);
    if (body === undefined) send(response, 404, { error: 'there is no such control' });
    else send(response, 200, body);
  } catch (error) {
    if (!(error instanceof UnknownFaultError)) throw error;
    send(response, 400, { error: error.message });
  }
};
