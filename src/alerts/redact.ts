const SECRET_NAME = /secret|token|passw|authorization|signature|cookie|credential|(access|api|private).?key/i;
const HIDDEN = '[hidden]';
/** Deeper than this nothing of ours goes. */
const DEEPEST = 5;

/** The facts without secrets: no value of a name that sounds like one, no credentials or queries of addresses. */
export const redact = (facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, hide(name, value, DEEPEST)]));

/** A text without the parts of addresses and headers that may be secret. */
export const redactText = (text: string): string =>
  text
    .replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, `$1${HIDDEN}@`)
    .replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/[^\s?#]*)[?#][^\s'"]*/gi, `$1?${HIDDEN}`)
    .replaceAll(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, `$1 ${HIDDEN}`);

const hide = (name: string, value: unknown, depth: number): unknown => {
  if (SECRET_NAME.test(name)) return HIDDEN;
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return HIDDEN;
  if (Array.isArray(value)) return value.map((item: unknown) => hide('', item, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hide(key, item, depth - 1)]));
};
