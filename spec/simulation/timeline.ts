interface Entry {
  readonly at: number;
  readonly market: string;
  readonly what: string;
  readonly detail: string;
}

/** How much of the past a story tells. */
const KEPT = 4_000;
const SHOWN = 60;

/** What happened lately, to be told as marbles when something went wrong. */
export class Timeline {
  private readonly entries: Entry[] = [];

  add(at: number, market: string, what: string, detail: string): void {
    this.entries.push({ at, market, what, detail });
    if (this.entries.length > 2 * KEPT) this.entries.splice(0, KEPT);
  }

  /** The last of what concerned a market, one marble diagram for each kind of happening, and what the letters stand for. */
  tell(market: string, at: number): string {
    const mine = this.entries.filter((entry) => entry.market === market || entry.market === '');
    const middle = mine.findIndex((entry) => entry.at >= at);
    const shown = mine.slice(Math.max(0, middle - SHOWN / 2), middle < 0 ? undefined : middle + SHOWN / 2);
    const start = shown[0]?.at ?? 0;
    const letters = new Map<string, string>();
    const letter = (detail: string): string => {
      const known = letters.get(detail);
      if (known !== undefined) return known;
      const next = String.fromCharCode((letters.size < 26 ? 97 : 65 - 26) + letters.size);
      letters.set(detail, next);
      return next;
    };
    const lines = [...new Set(shown.map(({ what }) => what))].map((what) => {
      const marbles = draw(
        shown
          .filter((entry) => entry.what === what)
          .map(({ at, detail }) => ({ at: at - start, mark: letter(detail) })),
      );
      return `const ${what.replace(/-(.)/g, (_, c: string) => c.toUpperCase())} = '${marbles}';`;
    });
    const values = [...letters].map(([detail, mark]) => `  ${mark}: ${JSON.stringify(detail)},`);
    return [`// from ${start} ms on`, ...lines, 'const values = {', ...values, '};'].join('\n');
  }
}

/** Marks at times as a marble diagram for `TestScheduler.run`, in which a mark takes a millisecond itself. */
export const draw = (marks: readonly { readonly at: number; readonly mark: string }[]): string => {
  const parts: string[] = [];
  let now = 0;
  let i = 0;
  while (i < marks.length) {
    const at = marks[i]?.at ?? 0;
    const together: string[] = [];
    while (marks[i]?.at === at) together.push(marks[i++]?.mark ?? '');
    if (at > now) parts.push(`${at - now}ms`);
    // Marks of one instant in brackets take a millisecond for each sign.
    const group = together.length === 1 ? together.join('') : `(${together.join('')})`;
    parts.push(group);
    now = Math.max(now, at) + group.length;
  }
  return parts.join(' ');
};
