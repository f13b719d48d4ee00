/** Saves beside the training, one after the other, and no more often than that it has half of the time to itself. */
export function throttledSave(save: () => Promise<void>, warn: (error: Error) => void): () => void {
  let isWriting = false;
  let [end, took] = [Number.NEGATIVE_INFINITY, 0];
  return () => {
    const start = performance.now();
    if (isWriting || start - end < took) return;
    isWriting = true;
    save()
      .catch(warn)
      .finally(() => {
        isWriting = false;
        end = performance.now();
        took = end - start;
      });
  };
}
