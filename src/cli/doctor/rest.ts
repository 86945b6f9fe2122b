import { z } from 'zod';
import { ill, well, type Finding } from './finding.js';

/** What one HTTP call showed. All times are ms; instants are UTC by this machine's clock. */
export interface RestProbe {
  readonly status: number;
  readonly sentAt: number;
  readonly receivedAt: number;
  /** The `Date` header: the exchange's clock, cut to the second. */
  readonly date: number | undefined;
  /** The `Remaining-Req` header. */
  readonly remaining: string | undefined;
}

/** Longest wait for a reply, ms. */
const PATIENCE = 5_000;

/** One call for the list of markets, for the sake of its headers; rejects when there is no reply. */
export const probeRest = async (restUrl: string, stop: AbortSignal): Promise<RestProbe> => {
  const sentAt = Date.now();
  const response = await fetch(`${restUrl}/market/all?is_details=false`, {
    signal: AbortSignal.any([stop, AbortSignal.timeout(PATIENCE)]),
  });
  const receivedAt = Date.now();
  await response.arrayBuffer();
  const date = Date.parse(response.headers.get('date') ?? '');
  return {
    status: response.status,
    sentAt,
    receivedAt,
    date: Number.isNaN(date) ? undefined : date,
    remaining: response.headers.get('remaining-req') ?? undefined,
  };
};

export const judgeRest = (restUrl: string, { status, sentAt, receivedAt }: RestProbe): Finding => {
  if (status === 200) return well('rest', `${restUrl} answers in ${receivedAt - sentAt} ms`);
  const words = `${restUrl} answers HTTP ${status}`;
  if (status === 429) return ill('rest', words, 'too many requests come from this address: wait a second');
  if (status === 418) return ill('rest', words, 'the exchange has blocked this address: stop all clients for a minute');
  if (status >= 500) return ill('rest', words, 'the exchange itself has a problem: look at its notices');
  return ill('rest', words, 'this may not be an Upbit: check UPBIT_REST_URL, which ends in /v1');
};

export const judgeSilence = (restUrl: string, error: unknown): Finding => {
  const code = codeOf(error);
  return ill('rest', `${restUrl} does not answer (${code})`, adviceFor(code));
};

const fetchFailure = z.object({
  name: z.string(),
  message: z.string(),
  cause: z.object({ code: z.string() }).optional().catch(undefined),
});

/** `fetch` hides the reason behind a general complaint. */
const codeOf = (error: unknown): string => {
  const { name, message, cause } = fetchFailure.safeParse(error).data ?? { name: '', message: String(error) };
  return name === 'TimeoutError' ? `no reply within ${PATIENCE / 1_000} s` : (cause?.code ?? message);
};

const adviceFor = (code: string): string => {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name cannot be resolved: check the network and DNS';
  if (code === 'ECONNREFUSED') return 'nothing listens there: check UPBIT_REST_URL, or start what should';
  if (/CERT|TLS|SSL/.test(code)) return 'the connection is not trusted: a proxy may be intercepting it';
  return 'check the network, and whether a firewall lets HTTPS through';
};

/** The exchange tells with every reply how many more calls it allows. */
export const judgeLimits = ({ remaining }: RestProbe): Finding => {
  const left = /\bsec\s*=\s*(\d+)/i.exec(remaining ?? '')?.[1];
  if (left !== undefined) return well('limits', `${left} more calls are allowed within this second`);
  return ill(
    'limits',
    remaining === undefined ? 'replies carry no Remaining-Req header' : `Remaining-Req cannot be read: ${remaining}`,
    'a proxy may be taking it away; limits are then kept by counting alone',
  );
};
