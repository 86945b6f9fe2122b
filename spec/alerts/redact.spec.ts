import { describe, expect, it } from '@jest/globals';
import { redact, redactText } from '../../src/alerts/redact.js';

describe('redact', () => {
  it.each([
    'secret',
    'accessKey',
    'secret_key',
    'api-key',
    'apiKey',
    'token',
    'Authorization',
    'password',
    'set-cookie',
  ])('hides the value of %s', (name) => {
    expect(redact({ [name]: 'hush', deep: [{ [name]: { more: 'hush' } }] })).toEqual({
      [name]: '[hidden]',
      deep: [{ [name]: '[hidden]' }],
    });
  });

  it('leaves everything else as it is', () => {
    const facts = { topic: 'upbit/ticker/KRW-BTC', key: 'gap', n: 3, none: undefined, nothing: null, list: [1, 'a'] };
    expect(redact(facts)).toEqual(facts);
  });

  it('ends with what goes in circles', () => {
    const circle: Record<string, unknown> = { name: 'a' };
    circle['self'] = circle;
    expect(JSON.stringify(redact(circle))).toContain('[hidden]');
  });
});

describe('redactText', () => {
  it.each([
    ['GET https://example.org/a/b?key=hush&x=1 failed', 'GET https://example.org/a/b?[hidden] failed'],
    ['wss://user:hush@example.org/v1 closed', 'wss://[hidden]@example.org/v1 closed'],
    ['Authorization: Bearer hu.s-h', 'Authorization: Bearer [hidden]'],
    ['is it 3? no', 'is it 3? no'],
    ['mail me@example.org', 'mail me@example.org'],
  ])('of %s leaves %s', (text, left) => {
    expect(redactText(text)).toBe(left);
  });
});
