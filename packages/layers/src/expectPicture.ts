import { expectShape, type Shape, sizeOf } from '@fluxion/tensor';

/** @throws {ShapeError} when an example of an input is no picture [height, width, channels]; it says what would make one of it. */
export function expectPicture(example: Shape, where: string): void {
  const axes = ['height', 'width', 'channels'];
  expectShape(`${where} input`, axes, example, `give it pictures, as by reshapeTo(${pictureOf(example)})`);
}

/** The picture of one or three channels that an example may be. */
function pictureOf(example: Shape): string {
  const [height, width, ...others] = example;
  if (width !== undefined) return others.length === 0 ? `[${height}, ${width}, 1]` : '';
  for (const channels of [1, 3]) {
    const side = Math.sqrt(sizeOf(example) / channels);
    if (side > 1 && Number.isInteger(side)) return `[${side}, ${side}, ${channels}]`;
  }
  return '';
}
