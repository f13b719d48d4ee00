export { imageFolder } from './imageFolder.js';
export { type ImageColumnOptions, type ImageOptions, images, pictureShape } from './images.js';
export { pictureDimensions } from './picture.js';
export { picturePaths } from './picturePaths.js';
