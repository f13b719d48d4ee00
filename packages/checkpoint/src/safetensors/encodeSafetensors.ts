import { elements, OptionError, sizeOf, type Tensor } from '@fluxion/tensor';
import { isText, MAX_HEADER_BYTES, METADATA } from './safetensorsHeader.js';

/**
 * Tensors in the safetensors format: first the header, then the numbers of each tensor, so that a big model is written
 * without a second copy of it. Equal tensors give equal bytes: float64 comes before float32, then names decide.
 *
 * The chunks are views on the tensors' own memory where these are contiguous: write them before the tensors change.
 *
 * Format   8 bytes N, little-endian; N bytes of JSON, padded with spaces so that the numbers are aligned to 8 bytes;
 *          the numbers, little-endian and row-major
 *
 * @param metadata free text by key
 * @throws {OptionError} when a name or text is not whole Unicode characters, or a name is reserved.
 * @see https://github.com/huggingface/safetensors, "Format".
 * @example
 * await writeFile('weights.safetensors', encodeSafetensors(new Map([['weight', tensor([1, 2, 3, 4], [2, 2])]])));
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Iterable<Uint8Array> {
  const sorted = [...tensors].sort(
    ([a, left], [b, right]) =>
      right.data.BYTES_PER_ELEMENT - left.data.BYTES_PER_ELEMENT || compareBytes(a, b),
  );
  const members: string[] = [];
  const texts = Object.entries(metadata).sort(([a], [b]) => compareBytes(a, b));
  if (texts.length > 0) members.push(`"${METADATA}":{${texts.map(([key, text]) => member(key, text))}}`);
  let begin = 0;
  for (const [name, { shape, data }] of sorted) {
    const end = begin + sizeOf(shape) * data.BYTES_PER_ELEMENT;
    const dtype = data.BYTES_PER_ELEMENT === 8 ? 'F64' : 'F32';
    members.push(member(name, { dtype, shape, data_offsets: [begin, end] }));
    begin = end;
  }
  const start = padded(new TextEncoder().encode(`{${members}}`));
  return (function* () {
    yield start;
    for (const [, each] of sorted) {
      const { buffer, byteOffset, byteLength } = elements(each);
      yield new Uint8Array(buffer, byteOffset, byteLength);
    }
  })();
}

/** One member of the header. Joined by hand, for an object would put names such as '10' first, whatever their place. */
function member(name: string, value: unknown): string {
  const reserved = name === METADATA || name === '__proto__';
  if (reserved || !isText(name) || (typeof value === 'string' && !isText(value))) {
    const got = JSON.stringify(reserved || !isText(name) ? name : value);
    throw new OptionError(
      `safetensors names and texts: expected whole Unicode characters, not ${METADATA} or __proto__, got ${got}; change it`,
    );
  }
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

/** The header with its length before it, and spaces behind it so that the numbers are aligned to 8 bytes. */
function padded(json: Uint8Array): Uint8Array {
  const length = Math.ceil(json.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) {
    throw new OptionError(
      `safetensors header: expected at most ${MAX_HEADER_BYTES} bytes, got ${length}; write fewer tensors to a file`,
    );
  }
  const bytes = new Uint8Array(8 + length).fill(' '.charCodeAt(0));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  return bytes;
}

/** The order of UTF-8, as the reference implementation sorts; that of JavaScript's strings is another one. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
