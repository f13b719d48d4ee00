export { imageFolder } from './imageFolder.js';
export { type ImageColumnOptions, type ImageOptions, images } from './images.js';
