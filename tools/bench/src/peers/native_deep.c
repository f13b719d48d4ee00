/* The whole step in C of a net with two hidden layers, as one would write it by hand: 784-n-n-10, relu, softmax cross-entropy, SGD at
 * 0.01 after each example.
 *
 * usage: native_deep MODE fanOut inputs labels roundSeconds
 *   loops    plain loops, compiled for this machine; an input or a unit that is 0 costs nothing
 *   blocked  the updates of 48 examples to a product, in both wide layers, each example corrected by those before it: the same
 *            algorithm; where the coming inputs are known, in the first layer, the way forward is one product too
 * inputs and labels are files of raw float32 rows of 784 and of int32. Speaks as `serve.h` says. */
#include <math.h>
#include <string.h>
#include "products.h"
#include "serve.h"

enum { FAN_IN = 784, CLASSES = 10, BLOCK = 48, WIDEST = 2048 };
static const float RATE = 0.01f;

static int n, at, isBlocked;
static float *lower, *middle, *top;
static float lowerBias[WIDEST], middleBias[WIDEST], topBias[CLASSES];
static float first[WIDEST], second[WIDEST], ofFirst[WIDEST], ofSecond[WIDEST];

static float dot(const float *restrict a, const float *restrict b) {
  float sum = 0;
  for (int j = 0; j < n; j++) sum += a[j] * b[j];
  return sum;
}

/* y <- y + x W, without the rows whose x is 0. */
static void addRows(int rows, const float *x, const float *restrict weight, float *restrict y) {
  for (int i = 0; i < rows; i++) {
    const float *restrict row = weight + (size_t)i * n, factor = x[i];
    if (factor != 0)
      for (int j = 0; j < n; j++) y[j] += factor * row[j];
  }
}

/* W <- W - rate x d. */
static void subtractRows(int rows, const float *x, const float *restrict d, float *restrict weight) {
  for (int i = 0; i < rows; i++) {
    float *restrict row = weight + (size_t)i * n;
    const float factor = RATE * x[i];
    if (factor != 0)
      for (int j = 0; j < n; j++) row[j] -= factor * d[j];
  }
}

static void relu(float *x) {
  for (int j = 0; j < n; j++)
    if (x[j] < 0) x[j] = 0;
}

/* From the second layer's units to their gradient; the third layer learns. */
static void upper(int label) {
  float logits[CLASSES];
  memcpy(logits, topBias, sizeof logits);
  for (int j = 0; j < n; j++)
    if (second[j] != 0)
      for (int c = 0; c < CLASSES; c++) logits[c] += second[j] * top[j * CLASSES + c];
  crossEntropy(logits, CLASSES, label);
  for (int j = 0; j < n; j++) {
    float *row = top + j * CLASSES, gradient = 0;
    if (second[j] != 0)
      for (int c = 0; c < CLASSES; c++) {
        gradient += logits[c] * row[c];
        row[c] -= RATE * second[j] * logits[c];
      }
    ofSecond[j] = gradient;
    middleBias[j] -= RATE * gradient;
  }
  for (int c = 0; c < CLASSES; c++) topBias[c] -= RATE * logits[c];
}

/* The gradient of the first layer's units; where a unit is 0, so is its own. */
static void back(void) {
  for (int i = 0; i < n; i++) ofFirst[i] = first[i] != 0 ? dot(middle + (size_t)i * n, ofSecond) : 0;
}

static void byLoops(const float *x, int label) {
  memcpy(first, lowerBias, n * sizeof *first);
  addRows(FAN_IN, x, lower, first);
  relu(first);
  memcpy(second, middleBias, n * sizeof *second);
  addRows(n, first, middle, second);
  relu(second);
  upper(label);
  back();
  for (int j = 0; j < n; j++) lowerBias[j] -= RATE * ofFirst[j];
  subtractRows(n, first, ofSecond, middle);
  subtractRows(FAN_IN, x, ofFirst, lower);
}

static void byBlocks(const float *x, const int *label) {
  static float products[BLOCK * WIDEST], between[BLOCK * BLOCK], lowerUpdates[BLOCK * WIDEST];
  static float firsts[BLOCK * WIDEST], middleUpdates[BLOCK * WIDEST];
  multiply(BLOCK, n, FAN_IN, x, lower, products);
  cblas_sgemm(ROW_MAJOR, AS_IT_IS, TRANSPOSED, BLOCK, BLOCK, FAN_IN, 1, x, FAN_IN, x, FAN_IN, 0, between, BLOCK);
  for (int t = 0; t < BLOCK; t++) {
    float factors[BLOCK];
    for (int j = 0; j < n; j++) first[j] = lowerBias[j] + products[t * n + j];
    addRows(t, between + t * BLOCK, lowerUpdates, first);
    relu(first);
    memcpy(second, middleBias, n * sizeof *second);
    addRows(n, first, middle, second);
    for (int i = 0; i < t; i++) factors[i] = dot(first, firsts + i * n);
    addRows(t, factors, middleUpdates, second);
    relu(second);
    upper(label[t]);
    back();
    for (int i = 0; i < t; i++) factors[i] = dot(ofSecond, middleUpdates + i * n);
    float more[WIDEST] = {0};
    addRows(t, factors, firsts, more);
    for (int j = 0; j < n; j++) {
      if (first[j] != 0) ofFirst[j] += more[j];
      lowerBias[j] -= RATE * ofFirst[j];
      lowerUpdates[t * n + j] = -RATE * ofFirst[j];
      middleUpdates[t * n + j] = -RATE * ofSecond[j];
    }
    memcpy(firsts + t * n, first, n * sizeof *first);
  }
  cblas_sgemm(ROW_MAJOR, TRANSPOSED, AS_IT_IS, FAN_IN, n, BLOCK, 1, x, FAN_IN, lowerUpdates, n, 1, lower, n);
  cblas_sgemm(ROW_MAJOR, TRANSPOSED, AS_IT_IS, n, n, BLOCK, 1, firsts, n, middleUpdates, n, 1, middle, n);
}

static void learn(long examples) {
  const int step = isBlocked ? BLOCK : 1;
  for (long t = 0; t < examples; t += step) {
    if (at + step > rows) at = 0;
    if (isBlocked) byBlocks(inputs + (size_t)at * FAN_IN, labels + at);
    else byLoops(inputs + (size_t)at * FAN_IN, labels[at]);
    at += step;
  }
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  isBlocked = strcmp(argv[1], "blocked") == 0;
  n = atoi(argv[2]);
  if ((!isBlocked && strcmp(argv[1], "loops") != 0) || n < 1 || n > WIDEST) return 2;
  readExamples(argv[3], argv[4], FAN_IN);
  lower = uniform(FAN_IN * n, sqrtf(6.0f / FAN_IN));
  middle = uniform(n * n, sqrtf(6.0f / n));
  top = uniform(n * CLASSES, sqrtf(6.0f / (n + CLASSES)));
  char version[128];
  snprintf(version, sizeof version, COMPILED ", %s%s%s", argv[1], isBlocked ? ", OpenBLAS for " : "", isBlocked ? openblas_get_corename() : "");
  return serve(version, learn, atof(argv[5]));
}
