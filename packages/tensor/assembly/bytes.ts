/** Bytes that become numbers: pictures. */

/**
 * output ← factor·bytes, worked out in float64 and rounded once: what a whole byte is divided by, it is again exactly.
 */
export function scaleBytes(length: i32, bytes: usize, output: usize, factor: f64): void {
  const factors = f64x2.splat(factor);
  const end = bytes + (length & ~3);
  while (bytes < end) {
    const four = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(bytes)));
    const low = f64x2.mul(f64x2.convert_low_i32x4_s(four), factors);
    const high = f64x2.mul(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(four, four, 2, 3, 2, 3)), factors);
    v128.store(
      output,
      v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5),
    );
    bytes += 4;
    output += 16;
  }
  const rest = bytes + (length & 3);
  while (bytes < rest) {
    store<f32>(output, <f32>(<f64>load<u8>(bytes) * factor));
    bytes++;
    output += 4;
  }
}
