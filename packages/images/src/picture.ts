import { DataError, type DataPlace, OptionError, openRegular } from '@fluxion/tensor';

/** The size that pictures are brought to, and how. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly fit: 'cover' | 'contain' | 'fill';
}

/**
 * Decodes a picture into height · width · channels bytes, row by row, the channels of a place side by side.
 *
 * @param name its path as the table has it, which errors tell: the number of its row changes where bad rows are left out
 */
export type DecodePicture = (
  path: string,
  name: string,
  size: PictureSize,
  out: Uint8Array,
  place: DataPlace,
) => Promise<void>;

/** More pixels than any camera takes: a file of a few bytes can claim to have as many as memory cannot hold. */
const MOST_PIXELS = 2 ** 27;
/** More than any picture of so many takes. */
const MOST_BYTES = 2 ** 28;

/** First bytes of the formats that are read; sharp would take others too, some of which name other files. */
const FORMATS: readonly ((head: string) => boolean)[] = [
  (head) => head.startsWith('\x89PNG\r\n\x1a\n'),
  (head) => head.startsWith('\xff\xd8\xff'),
  (head) => head.startsWith('GIF8'),
  (head) => head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP',
];

/**
 * What decodes pictures, on threads of its own.
 *
 * @throws {OptionError} when sharp is not installed.
 */
export async function pictureDecoder(): Promise<DecodePicture> {
  const { default: sharp } = await importSharp();
  return async (path, name, { width, height, channels, fit }, out, place) => {
    const bytes = await pictureBytes(path).catch((cause: unknown) => {
      throw refuse(`cannot read ${name}`, cause, place);
    });
    const head = bytes.subarray(0, 12).toString('latin1');
    if (!FORMATS.some((isFormat) => isFormat(head))) {
      throw new DataError(
        `expected a PNG, JPEG, WebP or GIF picture, got ${bytes.length === 0 ? 'an empty file' : 'another file'} in ${name}; leave it out`,
        place,
      );
    }
    const turned = sharp(bytes, { failOn: 'error', limitInputPixels: MOST_PIXELS }).autoOrient();
    const background = { r: 255, g: 255, b: 255, alpha: channels === 4 ? 0 : 1 };
    const sized = turned.resize(width, height, { fit, background }).toColourspace('srgb');
    const channelled = channels === 4 ? sized.ensureAlpha() : sized.flatten({ background });
    const picture = await (channels === 1 ? channelled.greyscale() : channelled)
      .raw()
      .toBuffer()
      .catch((cause: unknown) => {
        throw refuse(`cannot decode ${name}`, cause, place);
      });
    if (picture.length !== out.length) {
      throw new DataError(
        `expected ${out.length} bytes of ${height}×${width} places of ${channels}, got ${picture.length} of ${name}; leave it out`,
        place,
      );
    }
    out.set(picture);
  };
}

/**
 * Width and height of a picture in pixels, as it is looked at: turned as its camera was held.
 *
 * @throws {OptionError} when sharp is not installed; {DataError} when it cannot be read.
 * @example
 * const { width, height } = await pictureDimensions('flowers/rose/1.jpg');
 */
export async function pictureDimensions(
  path: string,
): Promise<{ readonly width: number; readonly height: number }> {
  const { default: sharp } = await importSharp();
  try {
    const { width, height, orientation = 1 } = await sharp(await pictureBytes(path)).metadata();
    // From the fifth orientation on, a picture lies on its side.
    return orientation < 5 ? { width, height } : { width: height, height: width };
  } catch (cause) {
    throw refuse('cannot read the picture', cause, { file: path });
  }
}

function importSharp(): Promise<typeof import('sharp')> {
  return import('sharp').catch((cause: unknown) => {
    throw new OptionError('images: expected the package sharp, it is not installed; npm install sharp', {
      cause,
    });
  });
}

/** What is in a file. A pipe or a device is refused: it may have no end, and its path comes from a table. */
async function pictureBytes(path: string): Promise<Buffer> {
  const { file, size } = await openRegular(path);
  try {
    if (size > MOST_BYTES) throw new Error(`it has ${size} bytes, more than ${MOST_BYTES}`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function refuse(what: string, cause: unknown, place: DataPlace): DataError {
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] as string) : String(cause);
  return new DataError(`${what}: ${reason}; replace it, or leave it out`, place, { cause });
}
