import { CheckpointError, closest, type Json, type Saved } from '@fluxion/tensor';

/**
 * A value read from a JSON file, together with the way to it. Files come from anywhere, so nothing is believed of a
 * value before it is asked for by type; a refusal names the file and the place.
 *
 * @example
 * // model.json holds { …, "about": { "labels": ["cat", 7] } }
 * const { about } = await loadModel('runs/pets', { definitions: boxes });
 * about.field('labels').array().map((label) => label.string());
 * // CheckpointError: model.json: about.labels[1]: expected a string, got 7; …
 */
export class JsonValue {
  /** The value itself, whatever it is. */
  readonly value: Json;
  readonly #file: string;
  readonly #path: string;

  constructor(value: Json, file: string, path = '') {
    this.value = value;
    this.#file = file;
    this.#path = path;
  }

  /** The members of an object, by name. */
  members(): ReadonlyMap<string, JsonValue> {
    return new Map(
      Object.entries(this.object()).map(([name, member]) => [name, this.#member(name, member as Json)]),
    );
  }

  /** Refuses an object with members of other names: a misspelt one would be passed over in silence. */
  only(...names: readonly string[]): this {
    const unknown = Object.keys(this.object()).find((name) => !names.includes(name));
    if (unknown === undefined) return this;
    // A long name is like none, and comparing takes time.
    const near = unknown.length > 40 ? undefined : closest(unknown, names);
    throw this.refuse(
      `only ${names.join(', ')}`,
      near === undefined ? `take ${excerpt(unknown)} out` : `did you mean '${near}' by ${excerpt(unknown)}?`,
    );
  }

  /** A member that must be there. */
  field(name: string): JsonValue {
    const member = this.optional(name);
    if (member === undefined) throw this.refuse(`a member '${name}'`);
    return member;
  }

  /** A member that may be missing. */
  optional(name: string): JsonValue | undefined {
    const object = this.object();
    return Object.hasOwn(object, name) ? this.#member(name, object[name] as Json) : undefined;
  }

  object(): Saved['options'] {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.refuse('an object');
    return value as Saved['options'];
  }

  array(): readonly JsonValue[] {
    if (!Array.isArray(this.value)) throw this.refuse('an array');
    return this.value.map((item, i) => new JsonValue(item, this.#file, `${this.#path}[${i}]`));
  }

  string(): string {
    if (typeof this.value !== 'string') throw this.refuse('a string');
    return this.value;
  }

  number(): number {
    if (typeof this.value !== 'number') throw this.refuse('a number');
    return this.value;
  }

  boolean(): boolean {
    if (typeof this.value !== 'boolean') throw this.refuse('true or false');
    return this.value;
  }

  /** An integer from `least` to 2⁵³ − 1: greater ones have lost their last digits in reading. */
  integer(least = 0): number {
    if (!Number.isSafeInteger(this.value) || (this.value as number) < least) {
      throw this.refuse(`an integer from ${least} to 2⁵³ − 1`);
    }
    return this.value as number;
  }

  /** One of the given strings. */
  oneOf<T extends string>(choices: readonly T[]): T {
    const choice = choices.find((each) => each === this.value);
    if (choice === undefined) throw this.refuse(`one of ${choices.join(', ')}`);
    return choice;
  }

  /** The error that says what this value should have been. */
  refuse(expected: string, fix = 'correct it, or write the file again', cause?: unknown): CheckpointError {
    const place = this.#path === '' ? this.#file : `${this.#file}: ${this.#path}`;
    return new CheckpointError(
      `${place}: expected ${expected}, got ${excerpt(this.value)}; ${fix}`,
      cause === undefined ? undefined : { cause },
    );
  }

  #member(name: string, member: Json): JsonValue {
    return new JsonValue(member, this.#file, this.#path === '' ? name : `${this.#path}.${name}`);
  }
}

/** Enough of a value to recognise it by, however large or deep it is. */
function excerpt(value: Json): string {
  if (Array.isArray(value)) {
    return value.length <= 8 && value.every((item) => typeof item !== 'object' || item === null)
      ? `[${value.map(excerpt).join(', ')}]`
      : `an array of ${value.length}`;
  }
  if (typeof value === 'object' && value !== null) {
    const names = Object.keys(value);
    const shown = names.slice(0, 8).map((name) => excerpt(name));
    return `an object with ${names.length === 0 ? 'nothing' : shown.join(', ')}${names.length > 8 ? ', …' : ''}`;
  }
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
