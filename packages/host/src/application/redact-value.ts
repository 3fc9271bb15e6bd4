import type { Redact } from './redactor';

/** Below it nothing is logged that anyone reads. */
const MAX_DEPTH = 32;

/**
 * Takes secrets out of all texts in a value; keys stay as they are. What has none in it is given back as it is; else a copy,
 * in which errors stay errors, and other objects become plain ones. Never throws.
 */
export function redactValue(value: unknown, redact: Redact): unknown {
  const run = new Redaction(redact);
  const copy = run.copy(value, 0);
  return run.changed ? copy : value;
}

class Redaction {
  readonly #redact: Redact;
  readonly #copies = new Map<object, unknown>();
  changed = false;

  constructor(redact: Redact) {
    this.#redact = redact;
  }

  copy(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    if (depth >= MAX_DEPTH) {
      this.changed = true;
      return '…';
    }
    try {
      return this.#object(value, depth + 1);
    } catch {
      // Its toJSON throws, or its class doesn't let itself be looked into.
      this.changed = true;
      return '…';
    }
  }

  #text(text: string): string {
    const redacted = this.#redact(text);
    if (redacted !== text) this.changed = true;
    return redacted;
  }

  #object(value: object, depth: number): unknown {
    if (value instanceof Error) return this.#error(value, depth);
    if (Array.isArray(value)) {
      const list: unknown[] = [];
      this.#copies.set(value, list);
      for (const member of value) list.push(this.copy(member, depth));
      return list;
    }
    if (value instanceof Map) {
      return new Map([...value].map(([key, member]) => [this.copy(key, depth), this.copy(member, depth)]));
    }
    if (value instanceof Set) return new Set([...value].map((member) => this.copy(member, depth)));
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return this.copy(toJSON.call(value, ''), depth);
    return this.#members(value, {}, depth);
  }

  /** Loggers tell errors by their class, and write their stack. */
  #error(error: Error, depth: number): unknown {
    const copy = Object.create(Object.getPrototypeOf(error) as object) as Error;
    this.#members(error, copy, depth);
    for (const name of ['message', 'stack', 'cause'] as const) {
      if (!Object.hasOwn(error, name)) continue;
      const value = this.copy(error[name], depth);
      Object.defineProperty(copy, name, { value, enumerable: false, writable: true, configurable: true });
    }
    return copy;
  }

  #member(source: object, key: string, depth: number): unknown {
    try {
      return this.copy((source as Readonly<Record<string, unknown>>)[key], depth);
    } catch {
      // It is a getter that throws.
      this.changed = true;
      return '…';
    }
  }

  #members(source: object, target: object, depth: number): unknown {
    this.#copies.set(source, target);
    for (const key of Object.keys(source)) {
      const value = this.#member(source, key, depth);
      Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
    }
    return target;
  }
}
