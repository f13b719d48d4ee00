/**
 * Decompresses zstd frames. Node can from 22.15 on, but its stream takes data that is cut off for whole.
 *
 * @throws {RangeError} when the frames are damaged or cut off.
 */
export async function* zstdStream(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { ZSTDDecoder } = await import('zstddec/stream');
  const decoder = new ZSTDDecoder();
  await decoder.init();
  // Each piece is decoded until all of it has been taken in, which never comes where an error stops the decoder. It
  // doesn't say so, but gives nothing from then on; otherwise it gives nothing only once, as it takes in the last bytes.
  let isFirst = true;
  function* watched(): Generator<Uint8Array> {
    for (const piece of pieces) {
      isFirst = true;
      yield piece;
    }
  }
  try {
    for (const part of decoder.decodeStreaming(watched())) {
      if (part.length > 0) yield part;
      else if (isFirst) isFirst = false;
      else throw new RangeError('zstd data is damaged');
    }
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new RangeError('zstd data is cut off', { cause: error });
  }
}
