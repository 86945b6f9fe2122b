import { describe, expect, it } from '@jest/globals';
import { Observable, Subscription, of, type TeardownLogic } from 'rxjs';
import { Errand } from '../../src/routing/errand.js';

/** Something that says when it begins and when it is let go. */
const task = (log: string[], name: string) => (): Subscription => {
  log.push(`+${name}`);
  return new Subscription(() => log.push(`-${name}`));
};

describe('Errand', () => {
  it('is one thing at a time', () => {
    const log: string[] = [];
    const errand = new Errand(new Subscription());
    errand.start(task(log, 'a'));
    errand.start(task(log, 'b'));
    errand.stop();
    errand.stop();
    expect(log).toEqual(['+a', '-a', '+b', '-b']);
  });

  it('is on until it is stopped, also when it has come to its end', () => {
    const errand = new Errand(new Subscription());
    expect(errand.isOn).toBe(false);
    errand.start(() => of(1).subscribe());
    expect(errand.isOn).toBe(true);
    errand.stop();
    expect(errand.isOn).toBe(false);
  });

  it('ends with the whole, and does not begin after it', () => {
    const log: string[] = [];
    const whole = new Subscription();
    const errand = new Errand(whole);
    errand.start(task(log, 'a'));
    whole.unsubscribe();
    errand.start(task(log, 'b'));
    expect(log).toEqual(['+a', '-a']);
    expect(errand.isOn).toBe(false);
  });

  it('lets go of what was stopped while it began', () => {
    const log: string[] = [];
    const errand = new Errand(new Subscription());
    const source = new Observable<number>((subscriber) => {
      subscriber.next(1);
      return task(log, 'a')();
    });
    errand.start(() => source.subscribe(() => errand.stop()));
    expect(log).toEqual(['+a', '-a']);
    expect(errand.isOn).toBe(false);
  });

  it('lets go of what was replaced while it began, and keeps what replaced it', () => {
    const log: string[] = [];
    const errand = new Errand(new Subscription());
    errand.start(() => {
      errand.start(task(log, 'b'));
      return task(log, 'a')();
    });
    expect(log).toEqual(['+b', '+a', '-a']);
    expect(errand.isOn).toBe(true);
  });

  it('keeps nothing of what has passed', () => {
    let kept = 0;
    class Counted extends Subscription {
      override add(teardown: TeardownLogic): void {
        kept += 1;
        super.add(teardown);
      }
      override remove(teardown: Exclude<TeardownLogic, void>): void {
        kept -= 1;
        super.remove(teardown);
      }
    }
    const errand = new Errand(new Counted());
    for (let i = 0; i < 1_000; i += 1) errand.start(() => new Subscription());
    expect(kept).toBe(1);
  });
});
