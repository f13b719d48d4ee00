/** The bytes of an IDX file, made up for tests: `magic` and `values` may be wrong on purpose. */
export function idxBytes(
  shape: readonly number[],
  values: readonly number[],
  magic: number = 0x0800 | shape.length,
): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, magic);
  shape.forEach((length, axis) => {
    header.setUint32(4 + 4 * axis, length);
  });
  return Uint8Array.from([...new Uint8Array(header.buffer), ...values]);
}
