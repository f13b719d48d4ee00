export { imageFolder } from './imageFolder.js';
export { type ImageColumnOptions, type ImageOptions, images, pictureShape } from './images.js';
export { picturePaths } from './picturePaths.js';
