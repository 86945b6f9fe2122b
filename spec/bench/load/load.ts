import { z } from 'zod';

export const KINDS = ['ticker', 'trade', 'orderbook-15', 'orderbook-30'] as const;
export type Kind = (typeof KINDS)[number];

/** The exchange's two spellings of the same fields; `SIMPLE` has the short names. */
export const FORMATS = ['DEFAULT', 'SIMPLE'] as const;
export type Format = (typeof FORMATS)[number];

/** What a feeder is to send over one socket. */
export interface Load {
  readonly port: number;
  readonly kind: Kind;
  readonly format: Format;
  /** Frames in all. */
  readonly count: number;
  /** Markets the frames are about, in turn. */
  readonly topics: number;
}

export const loadSchema = z.object({
  port: z.coerce.number().int(),
  kind: z.enum(KINDS),
  format: z.enum(FORMATS),
  count: z.coerce.number().int().min(1),
  topics: z.coerce.number().int().min(1),
});

export const marketCodes = (topics: number): readonly string[] =>
  Array.from({ length: topics }, (_, i) => `KRW-C${String(i).padStart(4, '0')}`);

/** The socket address that floods its client with this load once the client has sent something. */
export const floodUrl = ({ port, kind, format, count, topics }: Load): string =>
  `ws://127.0.0.1:${port}/?port=${port}&kind=${kind}&format=${format}&count=${count}&topics=${topics}`;
