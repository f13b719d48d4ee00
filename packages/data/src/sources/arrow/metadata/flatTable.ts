/** A vector inside a FlatBuffer: `length` elements from byte `start` of the buffer on. */
export interface FlatVector {
  readonly start: number;
  readonly length: number;
}

/**
 * A table of a FlatBuffer, read field by field. Every read is checked against the bytes that there are, so that a
 * damaged buffer ends in a RangeError and never in a value from elsewhere, a long loop or a large allocation.
 *
 * @see https://flatbuffers.dev/internals/ "Tables", "Vectors"
 */
export class FlatTable {
  readonly view: DataView;
  readonly #position: number;
  readonly #vtable: number;
  readonly #vtableSize: number;

  constructor(view: DataView, position: number) {
    this.view = view;
    this.#position = position;
    this.#vtable = position - view.getInt32(position, true);
    this.#vtableSize = view.getUint16(this.#vtable, true);
  }

  /** The table that a FlatBuffer starts with. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** Where a field's value is; undefined when the field has its default. */
  #field(slot: number): number | undefined {
    const entry = 4 + 2 * slot;
    const offset = entry < this.#vtableSize ? this.view.getUint16(this.#vtable + entry, true) : 0;
    return offset === 0 ? undefined : this.#position + offset;
  }

  /** Where the thing is that a field points at. */
  #target(slot: number): number | undefined {
    const field = this.#field(slot);
    return field === undefined ? undefined : field + this.view.getUint32(field, true);
  }

  uint8(slot: number): number {
    const field = this.#field(slot);
    return field === undefined ? 0 : this.view.getUint8(field);
  }

  /** @param absent the field's default, by the format */
  int16(slot: number, absent = 0): number {
    const field = this.#field(slot);
    return field === undefined ? absent : this.view.getInt16(field, true);
  }

  int32(slot: number, absent = 0): number {
    const field = this.#field(slot);
    return field === undefined ? absent : this.view.getInt32(field, true);
  }

  int64(slot: number): number {
    const field = this.#field(slot);
    return field === undefined ? 0 : safeInteger(this.view, field);
  }

  table(slot: number): FlatTable | undefined {
    const target = this.#target(slot);
    return target === undefined ? undefined : new FlatTable(this.view, target);
  }

  vector(slot: number, elementSize: number): FlatVector {
    const target = this.#target(slot);
    if (target === undefined) return { start: 0, length: 0 };
    const vector = { start: target + 4, length: this.view.getUint32(target, true) };
    if (vector.start + vector.length * elementSize > this.view.byteLength) {
      throw new RangeError(`a list of ${vector.length} elements reaches beyond the end`);
    }
    return vector;
  }

  /** @param most bytes that it may have */
  string(slot: number, most: number): string {
    const { start, length } = this.vector(slot, 1);
    if (length > most) throw new RangeError(`a text of ${length} bytes, of at most ${most}`);
    return new TextDecoder().decode(new Uint8Array(this.view.buffer, this.view.byteOffset + start, length));
  }

  tables(slot: number): FlatTable[] {
    const { start, length } = this.vector(slot, 4);
    return Array.from({ length }, (_, i) => {
      const element = start + 4 * i;
      return new FlatTable(this.view, element + this.view.getUint32(element, true));
    });
  }
}

/** A 64-bit integer that a length or an offset can be: not negative, and exact as a number. */
export function safeInteger(view: DataView, position: number): number {
  const value = view.getUint32(position, true) + view.getInt32(position + 4, true) * 2 ** 32;
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no length`);
  return value;
}
