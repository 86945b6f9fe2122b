/** A piece of what a server says on a socket: a whole frame, or bytes that are none. */
export interface Piece {
  readonly bytes: Buffer;
  /** A whole message: a text or binary frame that is not part of a longer one. */
  readonly isMessage: boolean;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const UPGRADED = 'HTTP/1.1 101';
const FINAL = 0x80;

/** Length of the frame that begins the bytes; undefined while that cannot be told. Servers send no masks. */
const frameLength = (bytes: Buffer): number | undefined => {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  if (short < 126) return 2 + short;
  if (short === 126) return bytes.length < 4 ? undefined : 4 + bytes.readUInt16BE(2);
  return bytes.length < 10 ? undefined : 10 + Number(bytes.readBigUInt64BE(2));
};

/** Cuts the bytes of one connection into the answer to the handshake and whole frames. */
export class FrameSplitter {
  private rest = Buffer.alloc(0);
  private stage: 'head' | 'frames' | 'plain' = 'head';

  push(chunk: Buffer): Piece[] {
    if (this.stage === 'plain') return [{ bytes: chunk, isMessage: false }];
    this.rest = Buffer.concat([this.rest, chunk]);
    const pieces: Piece[] = [];
    if (this.stage === 'head') {
      const end = this.rest.indexOf(HEAD_END);
      if (end < 0) return [];
      // A refused handshake is an ordinary answer.
      this.stage = this.rest.toString('latin1').startsWith(UPGRADED) ? 'frames' : 'plain';
      const length = this.stage === 'plain' ? this.rest.length : end + HEAD_END.length;
      pieces.push({ bytes: this.take(length), isMessage: false });
    }
    for (let length = frameLength(this.rest); length !== undefined; length = frameLength(this.rest)) {
      if (this.rest.length < length) break;
      const first = this.rest.readUInt8(0);
      const opcode = first & 0x0f;
      pieces.push({ bytes: this.take(length), isMessage: (first & FINAL) !== 0 && (opcode === 1 || opcode === 2) });
    }
    return pieces;
  }

  private take(length: number): Buffer<ArrayBuffer> {
    const taken = Buffer.from(this.rest.subarray(0, length));
    this.rest = this.rest.subarray(length);
    return taken;
  }
}
