/**
 * How windows go over pictures, channels last: numbers that lie one after the other in the arena's memory, as the binding of
 * a kernel writes them. Lengths are in elements, strides in bytes.
 */
@unmanaged
class Windows {
  height: i32;
  width: i32;
  channels: i32;
  /** Bytes from one picture, one line and one pixel to the next; the channels of a pixel are contiguous. */
  picture: i32;
  line: i32;
  pixel: i32;
  /** Windows along the height and the width. */
  rows: i32;
  columns: i32;
  kernelRows: i32;
  kernelColumns: i32;
  strideRows: i32;
  strideColumns: i32;
  paddingRows: i32;
  paddingColumns: i32;
  dilationRows: i32;
  dilationColumns: i32;
}

/** The first place of a window along one side that is not before the picture, where the window begins at `start`. */
export function firstInside(start: i32, dilation: i32): i32 {
  return start >= 0 ? 0 : (dilation - 1 - start) / dilation;
}

/** One more than its last place that is not beyond a picture of that length; not less than `first`. */
export function endInside(start: i32, dilation: i32, kernel: i32, length: i32, first: i32): i32 {
  const last = length - 1 - start;
  return last < 0 ? first : max(first, min(kernel, last / dilation + 1));
}

export function windowsAt(address: usize): Windows {
  return changetype<Windows>(address);
}
