/** What became of one check, in words a person can act on. */
export interface Finding {
  readonly check: 'rest' | 'markets' | 'limits' | 'socket' | 'clock';
  readonly ok: boolean;
  readonly words: string;
  /** What to do about it; only where something is wrong. */
  readonly advice?: string;
}

export const well = (check: Finding['check'], words: string): Finding => ({ check, ok: true, words });

export const ill = (check: Finding['check'], words: string, advice: string): Finding => ({
  check,
  ok: false,
  words,
  advice,
});
