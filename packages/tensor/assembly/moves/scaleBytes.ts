/** Bytes that become numbers: pictures. */

/**
 * output ← factor·bytes. The factor is the sum of its first 16 bits and the rest: a byte times the former is exact, so it
 * is the sum of both products that rounds. That is the float32 next to the product, unless the product is within some
 * 2⁻³⁹ of the middle between two; for 1/255 it is for every byte.
 */
export function scaleBytes(length: i32, bytes: usize, output: usize, factor: f64): void {
  const first = reinterpret<f32>(reinterpret<u32>(<f32>factor) & ~0xff);
  const rest = <f32>(factor - first);
  const firsts = f32x4.splat(first);
  const rests = f32x4.splat(rest);
  const end = bytes + length;
  for (; bytes + 16 <= end; bytes += 16) {
    const sixteen = v128.load(bytes);
    const low = i16x8.extend_low_i8x16_u(sixteen);
    const high = i16x8.extend_high_i8x16_u(sixteen);
    v128.store(output, scaled(i32x4.extend_low_i16x8_u(low), firsts, rests));
    v128.store(output, scaled(i32x4.extend_high_i16x8_u(low), firsts, rests), 16);
    v128.store(output, scaled(i32x4.extend_low_i16x8_u(high), firsts, rests), 32);
    v128.store(output, scaled(i32x4.extend_high_i16x8_u(high), firsts, rests), 48);
    output += 64;
  }
  for (; bytes < end; bytes++) {
    const byte = <f32>load<u8>(bytes);
    store<f32>(output, byte * first + byte * rest);
    output += 4;
  }
}

function scaled(bytes: v128, firsts: v128, rests: v128): v128 {
  const numbers = f32x4.convert_i32x4_s(bytes);
  return f32x4.add(f32x4.mul(numbers, firsts), f32x4.mul(numbers, rests));
}
