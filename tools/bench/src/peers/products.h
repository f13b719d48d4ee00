/* Products through OpenBLAS, as fast as it makes them: on one thread of a core with vectors of 512 bits it packs neither operand of a
 * product of up to a million multiplications, so a larger one is made in parts, if the weight need not be read more than four times. */
#include <string.h>

enum { ROW_MAJOR = 101, AS_IT_IS = 111, TRANSPOSED = 112 };
enum { UNPACKED = 1000000, LEAST_DEPTH = 64, MOST_PASSES = 4 };

int openblas_get_num_threads(void);
char *openblas_get_corename(void);
void cblas_sgemm(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);

static int takesAsIs(void) {
  const char *core = openblas_get_corename();
  return openblas_get_num_threads() == 1 &&
         (strcmp(core, "SkylakeX") == 0 || strcmp(core, "Cooperlake") == 0 || strcmp(core, "SapphireRapids") == 0);
}

/* result [m, n] <- x [m, k] times weight [k, n] */
static void multiply(int m, int n, int k, const float *x, const float *weight, float *result) {
  static int asIs = -1;
  if (asIs < 0) asIs = takesAsIs();
  int rows = m, depth = k;
  const int fitting = UNPACKED / (n * LEAST_DEPTH);
  if (asIs && MOST_PASSES * fitting >= m) {
    const int passes = (m + fitting - 1) / fitting;
    if (passes > 1) rows = ((m + passes - 1) / passes + 3) / 4 * 4;
    const int most = UNPACKED / (n * rows), parts = (k + most - 1) / most;
    depth = (k + parts - 1) / parts;
  }
  for (int i = 0; i < m; i += rows)
    for (int j = 0; j < k; j += depth)
      cblas_sgemm(ROW_MAJOR, AS_IT_IS, AS_IT_IS, m - i < rows ? m - i : rows, n, k - j < depth ? k - j : depth, 1,
                  x + (size_t)i * k + j, k, weight + (size_t)j * n, n, j > 0, result + (size_t)i * n, n);
}
