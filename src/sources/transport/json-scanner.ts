/*
 * Reads flat JSON straight from a frame's bytes, taking the values asked for and stepping over the rest. It knows only
 * what exchanges send all day: no whitespace, no escapes, no nesting but what the caller walks into. Anything else sets
 * `failed`, and the caller turns to `JSON.parse`; what it does read, it reads as `JSON.parse` would.
 */

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const CLOSE = 0x7d;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;

/** Powers of ten that a double holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const EXACT = Number.MAX_SAFE_INTEGER;

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;

/** The first place from `start` on where no digit stands. */
const digitsEnd = (bytes: Buffer, start: number): number => {
  let end = start;
  while (isDigit(bytes[end] ?? 0)) end += 1;
  return end;
};

const { imul } = Math;
const hashStep = (hash: number, byte: number): number => (imul(hash, 31) + byte) | 0;

interface Key {
  readonly text: string;
  readonly number: number;
  /** The text as little-endian words of four bytes, the last one overlapping the one before; none for shorter texts. */
  readonly words: Uint32Array;
}

const toKey = (text: string, number: number): Key => {
  const bytes = Buffer.from(text, 'latin1');
  const starts = text.length < 4 ? [] : [...Array(Math.floor(text.length / 4)).keys()].map((i) => i * 4);
  if (text.length >= 4 && text.length % 4 !== 0) starts.push(text.length - 4);
  return { text, number, words: Uint32Array.from(starts, (start) => bytes.readUInt32LE(start)) };
};

/** Whether a key stands at `at` of a frame, which is `start` of the view: compared by four bytes where there are as many. */
const stands = ({ text, words }: Key, view: DataView, start: number, bytes: Buffer, at: number): boolean => {
  const { length } = text;
  if (length < 4) return spells(text, bytes, at);
  if (at + length > bytes.length) return false;
  const last = words.length - 1;
  for (let i = 0; i < last; i += 1) if (view.getUint32(start + 4 * i, true) !== words[i]) return false;
  return view.getUint32(start + length - 4, true) === words[last];
};

/** Keys of an object whose places are remembered; more would be no message we know. */
const MOST_KEYS = 64;
/** Characters of a key or a text that is remembered; a longer one is no word of an exchange's. */
const LONGEST_WORD = 64;

/**
 * The keys a caller wants, by number: `keys[n]` lists the spellings of key `n + 1`; everything else is key 0.
 *
 * Messages of one kind name their keys in the same order, so a table remembers which key stood at which place the last
 * time, and the scanner first looks whether it stands there again: one comparison, and nothing to be looked up.
 */
export class KeyTable {
  private readonly numbers: ReadonlyMap<string, number>;
  private readonly order: Key[] = [];
  private place = 0;

  constructor(keys: readonly (readonly string[])[]) {
    this.numbers = new Map(keys.flatMap((spellings, i) => spellings.map((spelling) => [spelling, i + 1] as const)));
  }

  /** Before the first key of an object. */
  rewind(): void {
    this.place = 0;
  }

  /** The key that stood at the next place the last time. */
  guess(): Key | undefined {
    const guess = this.order[this.place];
    this.place += 1;
    return guess;
  }

  /** The number of a key that was not guessed, which is the guess for the next time. */
  find(text: string): number {
    const number = this.numbers.get(text) ?? 0;
    if (this.place <= MOST_KEYS && text.length <= LONGEST_WORD) this.order[this.place - 1] = toKey(text, number);
    return number;
  }
}

const spells = (text: string, bytes: Buffer, start: number): boolean => {
  for (let i = 0; i < text.length; i += 1) {
    if (text.charCodeAt(i) !== bytes[start + i]) return false;
  }
  return true;
};

/** Strings met before, so that a market code costs no new string with every frame. Bounded. */
const KNOWN = 4_096;

export class JsonScanner {
  /** Something unexpected was met; whatever was read is worthless. */
  failed = false;
  private bytes: Buffer = Buffer.alloc(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  /** Where in the view the frame begins. */
  private offset = 0;
  private at = 0;
  private entered = false;
  private readonly known = new Map<number, string>();

  /** Starts on a frame. */
  open(bytes: Buffer): void {
    this.bytes = bytes;
    // Frames that arrived together lie in one buffer, and a view costs more than reading a key.
    if (bytes.buffer !== this.view.buffer) this.view = new DataView(bytes.buffer);
    this.offset = bytes.byteOffset;
    this.at = 0;
    this.failed = false;
  }

  /** Whether the whole frame has been read. */
  get done(): boolean {
    return !this.failed && this.at === this.bytes.length;
  }

  private peek(): number {
    return this.bytes[this.at] ?? 0;
  }

  private fail(): number {
    this.failed = true;
    return -1;
  }

  /** Steps over one expected byte, given as a character. */
  expect(character: string): void {
    if (this.peek() === character.charCodeAt(0)) this.at += 1;
    else this.failed = true;
  }

  /** Whether the next byte is this character; steps over it if so. */
  accept(character: string): boolean {
    if (this.peek() !== character.charCodeAt(0)) return false;
    this.at += 1;
    return true;
  }

  /** Steps into an object. */
  enter(): void {
    this.expect('{');
    this.entered = true;
  }

  /**
   * The next key of the object, by its number in the table, positioned at its value: 0 for a key not in the table, -1
   * at the end of the object or on failure.
   */
  key(table: KeyTable): number {
    const { bytes, entered } = this;
    this.entered = false;
    let i = this.at;
    if (bytes[i] === CLOSE) {
      this.at = i + 1;
      return -1;
    }
    // A comma before every key but the first.
    if (!entered && bytes[i++] !== COMMA) return this.fail();
    if (bytes[i++] !== QUOTE) return this.fail();
    const guess = table.guess();
    if (
      guess !== undefined &&
      bytes[i + guess.text.length] === QUOTE &&
      stands(guess, this.view, this.offset + i, bytes, i)
    ) {
      i += guess.text.length;
      if (bytes[i + 1] !== COLON) return this.fail();
      this.at = i + 2;
      return guess.number;
    }
    return this.unexpectedKey(table, i);
  }

  private unexpectedKey(table: KeyTable, start: number): number {
    const { bytes } = this;
    let i = start;
    let byte = bytes[i] ?? 0;
    while (byte !== QUOTE) {
      if (byte < SPACE || byte === BACKSLASH) return this.fail();
      i += 1;
      byte = bytes[i] ?? 0;
    }
    if (bytes[i + 1] !== COLON) return this.fail();
    this.at = i + 2;
    return table.find(bytes.toString('latin1', start, i));
  }

  /** A string value. The same text is the same string object, as long as not too many different ones are met. */
  text(): string {
    const { bytes } = this;
    if (this.peek() !== QUOTE) {
      this.failed = true;
      return '';
    }
    const start = this.at + 1;
    let hash = 0;
    let i = start;
    let byte = bytes[i] ?? 0;
    while (byte !== QUOTE) {
      // Not ASCII: left to a decoder that knows UTF-8.
      if (byte < SPACE || byte === BACKSLASH || byte > 0x7e) {
        this.failed = true;
        return '';
      }
      hash = hashStep(hash, byte);
      i += 1;
      byte = bytes[i] ?? 0;
    }
    this.at = i + 1;
    return this.intern(hash, start, i);
  }

  private intern(hash: number, start: number, end: number): string {
    const known = this.known.get(hash);
    if (known?.length === end - start && spells(known, this.bytes, start)) return known;
    const fresh = this.bytes.toString('latin1', start, end);
    if (end - start > LONGEST_WORD) return fresh;
    if (this.known.size >= KNOWN) this.known.clear();
    this.known.set(hash, fresh);
    return fresh;
  }

  /** Which of some texts, given with their quotes, stands here as the value; -1, and nothing is read, when none does. */
  oneOf(texts: readonly string[]): number {
    for (let i = 0; i < texts.length; i += 1) {
      const text = texts[i] ?? '';
      if (!spells(text, this.bytes, this.at)) continue;
      this.at += text.length;
      return i;
    }
    return -1;
  }

  /** A whole number of at most so many digits, as its digits. */
  digits(most: number): string {
    const start = this.at;
    let i = start;
    while (isDigit(this.bytes[i] ?? 0)) i += 1;
    const next = this.bytes[i];
    const length = i - start;
    const whole = length > 0 && (next === COMMA || next === CLOSE) && (this.bytes[start] !== ZERO || length === 1);
    if (!whole || length > most) {
      this.failed = true;
      return '';
    }
    this.at = i;
    return length === 17 ? this.seventeen(start) : this.bytes.toString('latin1', start, i);
  }

  /** Trade ids have 17 digits. A text that short is made from its characters in half the time it takes to cut it out. */
  private seventeen(start: number): string {
    const { bytes } = this;
    const at = (i: number): number => bytes[start + i] ?? 0;
    // prettier-ignore
    return String.fromCharCode(
      at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8), at(9), at(10), at(11), at(12), at(13), at(14), at(15), at(16),
    );
  }

  /**
   * A number value, exactly as `JSON.parse` reads it.
   *
   * Digits are gathered into an integer and scaled by one power of ten. As long as the integer and the power are exact
   * the one rounding is the right one; else the text is left to the language.
   */
  number(): number {
    const { bytes } = this;
    const start = this.at;
    let i = start;
    let byte = bytes[i] ?? 0;
    const negative = byte === MINUS;
    if (negative) byte = bytes[++i] ?? 0;
    if (!isDigit(byte)) return this.fail();
    let mantissa = byte - ZERO;
    let exponent = 0;
    byte = bytes[++i] ?? 0;
    if (mantissa === 0 && isDigit(byte)) return this.fail();
    while (isDigit(byte)) {
      mantissa = mantissa * 10 + (byte - ZERO);
      byte = bytes[++i] ?? 0;
    }
    if (byte === POINT) {
      byte = bytes[++i] ?? 0;
      if (!isDigit(byte)) return this.fail();
      // Zeros count only when another digit follows: prices are padded with them beyond what a double holds.
      let zeros = 0;
      while (isDigit(byte)) {
        if (byte === ZERO) {
          zeros += 1;
        } else {
          mantissa = mantissa * (POWERS[zeros + 1] ?? Infinity) + (byte - ZERO);
          exponent -= zeros + 1;
          zeros = 0;
        }
        byte = bytes[++i] ?? 0;
      }
    }
    if (byte === 0x45 || byte === 0x65) {
      byte = bytes[++i] ?? 0;
      const down = byte === MINUS;
      if (down || byte === PLUS) byte = bytes[++i] ?? 0;
      if (!isDigit(byte)) return this.fail();
      let power = 0;
      while (isDigit(byte)) {
        power = power * 10 + (byte - ZERO);
        byte = bytes[++i] ?? 0;
      }
      exponent += down ? -power : power;
    }
    this.at = i;
    if (mantissa <= EXACT && exponent >= -22 && exponent <= 22) {
      const size = exponent < 0 ? mantissa / (POWERS[-exponent] ?? 1) : mantissa * (POWERS[exponent] ?? 1);
      return negative ? -size : size;
    }
    return Number(bytes.toString('latin1', start, i));
  }

  /** Steps over a string, number, `true`, `false` or `null`. */
  skip(): void {
    const byte = this.peek();
    if (byte === QUOTE) this.skipText();
    else if (byte === 0x74) this.skipWord('true');
    else if (byte === 0x66) this.skipWord('false');
    else if (byte === 0x6e) this.skipWord('null');
    else this.skipNumber();
  }

  /** Steps over a number, checked as strictly as one that is read. */
  private skipNumber(): void {
    const { bytes } = this;
    let i = this.at;
    if (bytes[i] === MINUS) i += 1;
    const leading = bytes[i] ?? 0;
    let end = digitsEnd(bytes, i);
    let whole = end > i && (leading !== ZERO || end === i + 1);
    if (bytes[end] === POINT) {
      i = end + 1;
      end = digitsEnd(bytes, i);
      whole &&= end > i;
    }
    const mark = bytes[end];
    if (mark === 0x45 || mark === 0x65) {
      const sign = bytes[end + 1];
      i = end + (sign === MINUS || sign === PLUS ? 2 : 1);
      end = digitsEnd(bytes, i);
      whole &&= end > i;
    }
    if (whole) this.at = end;
    else this.failed = true;
  }

  private skipText(): void {
    const { bytes } = this;
    let i = this.at + 1;
    let byte = bytes[i] ?? 0;
    while (byte !== QUOTE) {
      if (byte < SPACE || byte === BACKSLASH) {
        this.failed = true;
        return;
      }
      i += 1;
      byte = bytes[i] ?? 0;
    }
    this.at = i + 1;
  }

  private skipWord(word: string): void {
    if (spells(word, this.bytes, this.at)) this.at += word.length;
    else this.failed = true;
  }
}
