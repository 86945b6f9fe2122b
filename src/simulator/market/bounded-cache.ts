/** Remembers the most recently computed values; forgets the oldest ones. */
export class BoundedCache<Value> {
  private readonly values = new Map<number, Value>();
  private readonly bound: number;

  constructor(bound: number) {
    this.bound = bound;
  }

  get(key: number): Value | undefined {
    return this.values.get(key);
  }

  set(key: number, value: Value): Value {
    if (this.values.size >= this.bound) {
      for (const oldest of this.values.keys()) {
        this.values.delete(oldest);
        break;
      }
    }
    this.values.set(key, value);
    return value;
  }

  getOrCompute(key: number, compute: () => Value): Value {
    return this.values.get(key) ?? this.set(key, compute());
  }
}
