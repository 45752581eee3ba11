import { LabError } from '../core/errors.js';

/** A JSON object as a device printed it. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/**
 * A device's answer in JSON, read with care: an absent optional field is null, and everything that is not understood
 * is an error that names the command, never an empty answer.
 */
export class Answer {
  constructor(
    /** The question, as it was asked: `show ip mroute json`. */
    readonly command: string,
    private readonly text: string,
  ) {}

  /** @throws LabError where it is no JSON. */
  json(): unknown {
    try {
      return JSON.parse(this.text) as unknown;
    } catch (cause) {
      throw this.notUnderstood(`it is no JSON: ${this.text.trim().slice(0, 200) || '(nothing)'}`, { cause });
    }
  }

  /** The whole answer as an object. A `warning` or `error` in it is the device's own complaint. */
  object(): JsonRecord {
    const value = this.record(this.json(), 'the answer');
    for (const key of ['warning', 'error']) {
      if (typeof value[key] === 'string') throw this.notUnderstood(`the device says: ${value[key]}`);
    }
    return value;
  }

  record(value: unknown, what: string): JsonRecord {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.notUnderstood(`${what} is no object`);
    }
    return value as JsonRecord;
  }

  list(value: unknown, what: string): readonly unknown[] {
    if (!Array.isArray(value)) throw this.notUnderstood(`${what} is no list`);
    return value as unknown[];
  }

  /**
   * The objects in a map, by their keys. Plain numbers and truth values beside them (totals, limits) and the keys named in
   * `besides` are passed over; anything else is not understood.
   */
  objects(map: JsonRecord, what: string, besides: readonly string[] = []): readonly (readonly [string, JsonRecord])[] {
    const found: (readonly [string, JsonRecord])[] = [];
    for (const [key, value] of Object.entries(map)) {
      if (besides.includes(key) || typeof value === 'number' || typeof value === 'boolean') continue;
      found.push([key, this.record(value, `\`${key}\` in ${what}`)]);
    }
    return found;
  }

  /** The first of these fields that is there. @throws LabError where none is. */
  needText(record: JsonRecord, ...names: readonly string[]): string {
    const text = this.firstText(record, names);
    if (text === null) throw this.notUnderstood(`\`${names.join('` or `')}\` is missing in ${brief(record)}`);
    return text;
  }

  optionalText(record: JsonRecord, ...names: readonly string[]): string | null {
    return this.firstText(record, names);
  }

  optionalNumber(record: JsonRecord, ...names: readonly string[]): number | null {
    for (const name of names) {
      const value = record[name];
      if (typeof value === 'number') return value;
      if (typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value);
    }
    return null;
  }

  /** True, false, 1, 0, `yes`, `no`; null where it is absent or none of these. */
  optionalFlag(record: JsonRecord, ...names: readonly string[]): boolean | null {
    for (const name of names) {
      const value = record[name];
      if (value === true || value === 1 || value === 'yes' || value === 'true') return true;
      if (value === false || value === 0 || value === 'no' || value === 'false') return false;
    }
    return null;
  }

  notUnderstood(why: string, options?: ErrorOptions): LabError {
    return new LabError(`the answer to \`${this.command}\` is not understood: ${why}`, options);
  }

  private firstText(record: JsonRecord, names: readonly string[]): string | null {
    for (const name of names) {
      const value = record[name];
      if (typeof value === 'string') return value;
    }
    return null;
  }
}

function brief(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
