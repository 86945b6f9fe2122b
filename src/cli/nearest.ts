import type { Market } from '../model/market.js';

/** Most letters a typing mistake changes. */
const MOST_EDITS = 2;

/** The listed market somebody who wrote `code` most likely meant: turned round, called by its name, or mistyped. */
export const nearest = (code: string, listed: readonly Market[]): string | undefined => {
  const [quote = '', base = ''] = code.split('-');
  const turned = listed.find(({ market }) => market === `${base}-${quote}`);
  if (turned !== undefined) return turned.market;
  const named = listed.find((market) => market.quote === quote && market.englishName?.toUpperCase() === base);
  if (named !== undefined) return named.market;
  const [best] = listed
    .map(({ market }) => ({ market, edits: distance(code, market) }))
    .sort((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= MOST_EDITS ? best.market : undefined;
};

/** How many letters must be put in, taken out or replaced to make one text of the other. */
const distance = (from: string, to: string): number => {
  let previous = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of Array.from(from).entries()) {
    const row = [i + 1];
    for (const [j, other] of Array.from(to).entries()) {
      const replaced = (previous[j] ?? 0) + (letter === other ? 0 : 1);
      row.push(Math.min(replaced, (previous[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[to.length] ?? 0;
};

/** One sentence about markets the exchange does not list. */
export const unlistedSentence = (codes: readonly string[], listed: readonly Market[]): string => {
  const [only, ...others] = codes;
  if (only !== undefined && others.length === 0) {
    const guess = nearest(only, listed);
    return `the exchange does not list ${only}${guess === undefined ? '' : `; did you mean ${guess}?`}`;
  }
  const guesses = codes.map((code) => {
    const guess = nearest(code, listed);
    return guess === undefined ? code : `${code} (did you mean ${guess}?)`;
  });
  return `the exchange does not list ${guesses.join(', ')}`;
};
