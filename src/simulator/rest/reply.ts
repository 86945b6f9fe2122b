import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);
const WORTH_COMPRESSING = 1_024;

/** An answer as it goes over the wire. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
  /** Value of `remaining-req`; the header is left out when undefined. */
  readonly remaining?: string | undefined;
  /** Value of `date`. */
  readonly date: Date;
}

const acceptsGzip = (request: IncomingMessage): boolean => {
  const accepted = request.headers['accept-encoding'];
  return typeof accepted === 'string' && /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(accepted);
};

const headersOf = ({ type, remaining, date, body }: Reply): Record<string, string> => ({
  'content-type': type ?? 'application/json;charset=UTF-8',
  // The one thing a real exchange would not say: no datum from here may ever pass for a real one.
  'x-simulated-exchange': 'yes',
  ...(remaining === undefined ? {} : { 'remaining-req': remaining, 'limit-by-ip': 'Yes' }),
  'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
  pragma: 'no-cache',
  expires: '0',
  date: date.toUTCString(),
  etag: `W/"${createHash('md5').update(body).digest('hex')}"`,
  vary: 'origin,access-control-request-method,access-control-request-headers,accept-encoding',
});

/** Writes a reply, compressed when the client allows it and it pays. */
export const sendReply = async (request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> => {
  const plain = Buffer.from(reply.body);
  const small = plain.length < WORTH_COMPRESSING || !acceptsGzip(request);
  const bytes = small ? plain : await compress(plain);
  if (response.destroyed) return;
  response.writeHead(reply.status, {
    ...headersOf(reply),
    ...(small ? {} : { 'content-encoding': 'gzip' }),
    'content-length': bytes.length,
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
};
