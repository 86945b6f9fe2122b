import { describe, expect, it } from '@jest/globals';
import { map, pipe } from 'rxjs';
import { InvalidRequestError } from '../../src/errors.js';
import { crossing } from '../../src/indicators/cross.js';
import { latest } from '../../src/indicators/index.js';

describe('crossing', () => {
  it('says which of its lines is no indicator', () => {
    const halved = pipe(
      latest(),
      map((value) => value / 2),
    );
    expect(() => crossing('crossOver', latest(), halved)).toThrow(InvalidRequestError);
    expect(() => crossing('crossOver', latest(), halved)).toThrow(/crossOver: the second line must be an indicator/);
  });

  it('refuses a constant that is not a number', () => {
    expect(() => crossing('crossOver', latest(), NaN)).toThrow(InvalidRequestError);
  });
});
