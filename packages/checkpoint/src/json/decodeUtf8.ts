import { CheckpointError } from '@fluxion/tensor';

/** @throws {CheckpointError} when the bytes are not UTF-8, rather than reading some other text. */
export function decodeUtf8(bytes: ArrayBuffer | Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new CheckpointError(
      `${file}: expected text in UTF-8, got other bytes; write the file again, or get an undamaged copy`,
      { cause },
    );
  }
}
