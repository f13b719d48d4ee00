import type { Source } from '@fluxion/data';
import { type ImageOptions, images, pictureSize } from './images.js';
import { classifiedPaths } from './picturePaths.js';

/**
 * A folder of pictures, a folder in it for each class: the columns `image`, [height · width · channels] bytes, and `class`, the
 * name of the folder that a picture is in. They come in the order of `picturePaths`; pictures of no class are passed over.
 *
 * @throws {OptionError} when an option has a value that cannot be used; by `open`, when sharp is not installed; {DataError} by
 *   `open`, when there is no such folder or no picture in it, and by `read`, with file and row, when a picture is damaged.
 * @example
 * const flowers = imageFolder('flowers', { width: 32 });
 * examples(flowers, { input: 'image', target: 'class', epochs: 10, shuffle: true });
 */
export function imageFolder(path: string, options: ImageOptions = {}): Source {
  pictureSize('imageFolder', options);
  return images(classifiedPaths(path), { ...options, folder: path });
}
