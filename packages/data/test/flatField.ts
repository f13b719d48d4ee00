/** Places in the bytes of Arrow files and streams, for tests that damage them. */
interface FoundField {
  /** Where the vtable says how far into the table the field is. */
  readonly entry: number;
  /** Where the field's value is. */
  readonly value: number;
}

/** The table that an offset at this place points at. */
export function tableAt(bytes: Uint8Array, place: number): number {
  return place + view(bytes).getUint32(place, true);
}

/** A field of the table at this place. */
export function fieldOf(bytes: Uint8Array, table: number, slot: number): FoundField {
  const vtable = table - view(bytes).getInt32(table, true);
  const entry = vtable + 4 + 2 * slot;
  return { entry, value: table + view(bytes).getUint16(entry, true) };
}

/** The schema table of a stream, whose first message starts with eight bytes of marker and length. */
export function streamSchema(bytes: Uint8Array): number {
  return tableAt(bytes, fieldOf(bytes, tableAt(bytes, 8), 2).value);
}

/** The footer table of a file. */
export function footerOf(bytes: Uint8Array): number {
  const length = view(bytes).getInt32(bytes.length - 10, true);
  return tableAt(bytes, bytes.length - 10 - length);
}

export function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Makes a schema table declare big-endian values. */
export function declareBigEndian(bytes: Uint8Array, schema: number): void {
  // Little-endian is the default and takes no room in the table, so another field's bytes, which are not 0, are taken.
  const fields = fieldOf(bytes, schema, 1);
  view(bytes).setUint16(fieldOf(bytes, schema, 0).entry, fields.value - schema, true);
}
