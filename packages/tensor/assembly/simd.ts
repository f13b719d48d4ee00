@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}
export function test(p: usize): void {
  v128.store(p, madd(v128.load(p), v128.load(p, 16), v128.load(p, 32)));
}
