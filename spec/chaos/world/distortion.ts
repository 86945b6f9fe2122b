import type { Random } from '../plan/random.js';
import type { WireFault } from '../plan/fault.js';
import type { Piece } from './frame-splitter.js';

type Kind = WireFault['kind'];
type Of<K extends Kind> = Extract<WireFault, { readonly kind: K }>;

/** The faults that are on. */
export class ActiveFaults {
  private readonly active = new Set<WireFault>();

  add(fault: WireFault): void {
    this.active.add(fault);
  }

  remove(fault: WireFault): void {
    this.active.delete(fault);
  }

  find<K extends Kind>(kind: K): Of<K> | undefined {
    for (const fault of this.active) if (isOf(fault, kind)) return fault;
    return undefined;
  }
}

const isOf = <K extends Kind>(fault: WireFault, kind: K): fault is Of<K> => fault.kind === kind;

const GARBAGE = Buffer.from('\u0000\ufffd{"oops":[\r\n\r\n', 'utf8');
const MESSAGE: Piece = { bytes: GARBAGE, isMessage: false };

/** What becomes of the frames of one connection: which are lost, swapped with the next, or told twice. */
export class Distortion {
  private held: Piece | undefined;
  private readonly spoilt = new Set<WireFault>();

  constructor(
    private readonly faults: ActiveFaults,
    private readonly random: Random,
  ) {}

  apply(pieces: readonly Piece[]): Piece[] {
    return pieces.flatMap((piece) => (piece.isMessage ? this.message(piece) : [piece]));
  }

  private message(piece: Piece): Piece[] {
    const { faults } = this;
    if (this.strikes(faults.find('lose'))) return [];
    const told = this.strikes(faults.find('double')) ? [piece, piece] : [piece];
    const garbage = faults.find('garbage');
    if (garbage !== undefined && !this.spoilt.has(garbage)) {
      this.spoilt.add(garbage);
      told.unshift(MESSAGE);
    }
    const { held } = this;
    this.held = undefined;
    if (held !== undefined) return [...told, held];
    if (!this.strikes(faults.find('swap'))) return told;
    this.held = piece;
    return [];
  }

  private strikes(fault: { readonly every: number } | undefined): boolean {
    return fault !== undefined && this.random() * fault.every < 1;
  }
}

/** The bytes with the top bit of about one in `every` turned over, which leaves no documented text. */
export const corrupted = (bytes: Buffer, every: number, random: Random): Buffer => {
  const copy = Buffer.from(bytes);
  // Drawn as the distance to the next one: a draw for each byte would cost more than the rest of the proxy.
  for (let at = gap(every, random); at < copy.length; at += 1 + gap(every, random)) {
    copy.writeUInt8(copy.readUInt8(at) ^ 0x80, at);
  }
  return copy;
};

const gap = (every: number, random: Random): number => Math.floor(-Math.log(1 - random()) * every);
