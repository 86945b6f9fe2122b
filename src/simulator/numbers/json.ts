import { Decimal, fixedText, javaText, plainText } from './decimal.js';

/** An integer past 2^53, printed bare. */
export class LongInteger {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

/** A JSON value whose numbers may be exact. */
export type Json = string | number | boolean | null | Decimal | LongInteger | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

const spell = (value: Decimal, plain: boolean): string => {
  switch (plain ? 'plain' : value.spelling) {
    case 'plain':
      return plainText(value.units, value.scale);
    case 'point':
      return fixedText(value.units, value.scale, 1);
    case 'fixed8':
      return fixedText(value.units, value.scale, 8);
    case 'java':
      return javaText(value.units, value.scale);
  }
};

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const writeObject = (value: JsonObject, plain: boolean): string => {
  let text = '{';
  for (const key in value) {
    const item = value[key];
    if (item !== undefined) text += `${text === '{' ? '' : ','}"${key}":${writeJson(item, plain)}`;
  }
  return text + '}';
};

/**
 * JSON text with exact numbers. `JSON.stringify` cannot do it: it has no spelling for integers past 2^53, and
 * only one for all others. With `plain` every number is written without exponent and without trailing zeros.
 */
export const writeJson = (value: Json, plain = false): string => {
  if (value instanceof Decimal) return spell(value, plain);
  if (value instanceof LongInteger) return value.digits;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map((item) => writeJson(item, plain)).join(',')}]`;
  return writeObject(value, plain);
};
