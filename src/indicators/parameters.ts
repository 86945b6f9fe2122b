import { InvalidRequestError } from '../errors.js';

/** Checks the whole numbers of inputs an indicator is asked for. Throws `InvalidRequestError`. */
export const checkPeriods = (name: string, periods: Readonly<Record<string, number>>, least = 1): void => {
  for (const [parameter, value] of Object.entries(periods)) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    throw new InvalidRequestError(`${name}: ${parameter} must be a whole number of at least ${least}, got ${value}`, {
      [parameter]: value,
    });
  }
};

/** Checks the factors an indicator is asked for. Throws `InvalidRequestError`. */
export const checkFactors = (name: string, factors: Readonly<Record<string, number>>): void => {
  for (const [parameter, value] of Object.entries(factors)) {
    if (Number.isFinite(value) && value > 0) continue;
    throw new InvalidRequestError(`${name}: ${parameter} must be a number above 0, got ${value}`, {
      [parameter]: value,
    });
  }
};
