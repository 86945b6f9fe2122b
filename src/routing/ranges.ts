import { InvalidRequestError } from '../errors.js';

/** The longest a timer can wait, ms. */
const LONGEST = 2 ** 31 - 1;

/** A whole number of 1 or more; throws otherwise. */
export const wholeNumber = (name: string, value: number): number => {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidRequestError(`${name} must be a whole number of 1 or more, not ${value}`, { [name]: value });
};

/** A time a timer can wait, ms; throws otherwise. */
export const milliseconds = (name: string, value: number): number => {
  if (value > 0 && value <= LONGEST) return value;
  throw new InvalidRequestError(`${name} must be more than 0 ms and at most ${LONGEST} ms, not ${value}`, {
    [name]: value,
  });
};

/** A share of a whole; throws otherwise. */
export const share = (name: string, value: number): number => {
  if (value > 0 && value <= 1) return value;
  throw new InvalidRequestError(`${name} must be more than 0 and at most 1, not ${value}`, { [name]: value });
};
