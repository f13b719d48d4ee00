/** Two tensors that become linear combinations of each other, in one pass. */
import { loadPart, storePart } from '../simd';

/** (a, b) ← (p·a + q·b, r·a + s·b). */
export function mix(length: i32, a: usize, b: usize, p: f32, q: f32, r: f32, s: f32): void {
  const end = a + ((length & ~3) << 2);
  for (; a < end; a += 16, b += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(a, combined(x, y, p, q));
    v128.store(b, combined(x, y, r, s));
  }
  const rest = length & 3;
  if (rest) {
    const x = loadPart(a, rest);
    const y = loadPart(b, rest);
    storePart(a, combined(x, y, p, q), rest);
    storePart(b, combined(x, y, r, s), rest);
  }
}

function combined(x: v128, y: v128, p: f32, q: f32): v128 {
  return f32x4.add(f32x4.mul(x, f32x4.splat(p)), f32x4.mul(y, f32x4.splat(q)));
}
