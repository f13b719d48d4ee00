/* The whole step in C, as one would write it by hand: 784-n-10, relu, softmax cross-entropy, SGD after each example.
 *
 * usage: native MODE fanOut momentum inputs labels roundSeconds
 *   loops    plain loops, compiled for this machine; an input or a unit that is 0 costs nothing
 *   blas     gemv and ger
 *   blocked  48 examples to a product, each corrected by those before it in the block: the same algorithm
 * inputs and labels are files of raw float32 rows of 784 and of int32. Speaks as `serve.h` says. */
#include <math.h>
#include <string.h>
#include "products.h"
#include "serve.h"

enum { FAN_IN = 784, CLASSES = 10, BLOCK = 48, WIDEST = 4096 };
/* 0.01 (1 - momentum): with momentum as far in the long run as without. */
static float learningRate;

void cblas_sgemv(int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
void cblas_sscal(int, float, float *, int);
void cblas_saxpy(int, float, const float *, int, float *, int);
void cblas_sger(int, int, int, float, const float *, int, const float *, int, float *, int);

typedef enum { LOOPS, BLAS, BLOCKED, MODES } Mode;
static const char *const NAMES[MODES] = {"loops", "blas", "blocked"};

static Mode mode;
static int n, at;
static float *weight, *top;
static float bias[WIDEST], hidden[WIDEST], delta[WIDEST], topBias[CLASSES];
/* Of SGD, and the velocities. */
static float momentum, *velocity, biasVelocity[WIDEST], topVelocity[WIDEST * CLASSES], topBiasVelocity[CLASSES];

/* v <- mu v + g */
static inline float moved(float *v, float gradient) { return *v = momentum * *v + gradient; }

/* From the hidden units' sums to their gradient; the upper layer learns. */
static void upper(int label) {
  float logits[CLASSES];
  memcpy(logits, topBias, sizeof logits);
  for (int j = 0; j < n; j++) {
    if (hidden[j] < 0) hidden[j] = 0;
    if (hidden[j] != 0)
      for (int c = 0; c < CLASSES; c++) logits[c] += hidden[j] * top[j * CLASSES + c];
  }
  crossEntropy(logits, CLASSES, label);
  if (momentum != 0) {
    for (int j = 0; j < n; j++) {
      float *row = top + j * CLASSES, gradient = 0;
      for (int c = 0; c < CLASSES; c++) {
        gradient += logits[c] * row[c];
        row[c] -= learningRate * moved(topVelocity + j * CLASSES + c, hidden[j] * logits[c]);
      }
      delta[j] = hidden[j] != 0 ? gradient : 0;
      bias[j] -= learningRate * moved(biasVelocity + j, delta[j]);
    }
    for (int c = 0; c < CLASSES; c++) topBias[c] -= learningRate * moved(topBiasVelocity + c, logits[c]);
    return;
  }
  for (int j = 0; j < n; j++) {
    float *row = top + j * CLASSES, gradient = 0;
    if (hidden[j] != 0)
      for (int c = 0; c < CLASSES; c++) {
        gradient += logits[c] * row[c];
        row[c] -= learningRate * hidden[j] * logits[c];
      }
    delta[j] = gradient;
    bias[j] -= learningRate * gradient;
  }
  for (int c = 0; c < CLASSES; c++) topBias[c] -= learningRate * logits[c];
}

static void byLoops(const float *x, int label) {
  memcpy(hidden, bias, n * sizeof *hidden);
  for (int i = 0; i < FAN_IN; i++) {
    const float *restrict row = weight + (size_t)i * n, factor = x[i];
    if (factor != 0)
      for (int j = 0; j < n; j++) hidden[j] += factor * row[j];
  }
  upper(label);
  if (momentum != 0) {
    for (int i = 0; i < FAN_IN; i++) {
      float *restrict row = weight + (size_t)i * n, *restrict v = velocity + (size_t)i * n;
      for (int j = 0; j < n; j++) row[j] -= learningRate * (v[j] = momentum * v[j] + x[i] * delta[j]);
    }
    return;
  }
  for (int i = 0; i < FAN_IN; i++) {
    float *restrict row = weight + (size_t)i * n;
    const float factor = learningRate * x[i];
    if (factor != 0)
      for (int j = 0; j < n; j++) row[j] -= factor * delta[j];
  }
}

static void byBlas(const float *x, int label) {
  memcpy(hidden, bias, n * sizeof *hidden);
  cblas_sgemv(ROW_MAJOR, TRANSPOSED, FAN_IN, n, 1, weight, n, x, 1, 1, hidden, 1);
  upper(label);
  if (momentum != 0) {
    cblas_sscal(FAN_IN * n, momentum, velocity, 1);
    cblas_sger(ROW_MAJOR, FAN_IN, n, 1, x, 1, delta, 1, velocity, n);
    cblas_saxpy(FAN_IN * n, -learningRate, velocity, 1, weight, 1);
    return;
  }
  cblas_sger(ROW_MAJOR, FAN_IN, n, -learningRate, x, 1, delta, 1, weight, n);
}

static void byBlocks(const float *x, const int *label, int k) {
  static float products[BLOCK * WIDEST], updates[BLOCK * WIDEST], between[BLOCK * BLOCK];
  multiply(k, n, FAN_IN, x, weight, products);
  cblas_sgemm(ROW_MAJOR, AS_IT_IS, TRANSPOSED, k, k, FAN_IN, 1, x, FAN_IN, x, FAN_IN, 0, between, k);
  for (int t = 0; t < k; t++) {
    for (int j = 0; j < n; j++) hidden[j] = bias[j] + products[t * n + j];
    for (int i = 0; i < t; i++)
      for (int j = 0; j < n; j++) hidden[j] += between[t * k + i] * updates[i * n + j];
    upper(label[t]);
    for (int j = 0; j < n; j++) updates[t * n + j] = -learningRate * delta[j];
  }
  cblas_sgemm(ROW_MAJOR, TRANSPOSED, AS_IT_IS, FAN_IN, n, k, 1, x, FAN_IN, updates, n, 1, weight, n);
}

/* W_t = W - q v + the gradients before t, times -learningRate (1 - mu^(t-i)) / (1 - mu) each; v is moved by all of them at the end. */
static void byBlocksWithMomentum(const float *x, const int *label, int k) {
  static float products[BLOCK * WIDEST], moving[BLOCK * WIDEST], gradients[BLOCK * WIDEST], updates[BLOCK * WIDEST];
  static float between[BLOCK * BLOCK], power[BLOCK + 1];
  power[0] = 1;
  for (int t = 0; t < k; t++) power[t + 1] = momentum * power[t];
  const float rate = learningRate / (1 - momentum);
  multiply(k, n, FAN_IN, x, weight, products);
  multiply(k, n, FAN_IN, x, velocity, moving);
  cblas_sgemm(ROW_MAJOR, AS_IT_IS, TRANSPOSED, k, k, FAN_IN, 1, x, FAN_IN, x, FAN_IN, 0, between, k);
  for (int t = 0; t < k; t++) {
    const float q = rate * momentum * (1 - power[t]);
    for (int j = 0; j < n; j++) hidden[j] = bias[j] + products[t * n + j] - q * moving[t * n + j];
    for (int i = 0; i < t; i++) {
      const float factor = -rate * (1 - power[t - i]) * between[t * k + i];
      for (int j = 0; j < n; j++) hidden[j] += factor * gradients[i * n + j];
    }
    upper(label[t]);
    memcpy(gradients + t * n, delta, n * sizeof *delta);
  }
  const float q = rate * momentum * (1 - power[k]);
  for (int i = 0; i < FAN_IN * n; i++) weight[i] -= q * velocity[i];
  for (int t = 0; t < k; t++)
    for (int j = 0; j < n; j++) updates[t * n + j] = -rate * (1 - power[k - t]) * gradients[t * n + j];
  cblas_sgemm(ROW_MAJOR, TRANSPOSED, AS_IT_IS, FAN_IN, n, k, 1, x, FAN_IN, updates, n, 1, weight, n);
  for (int t = 0; t < k; t++)
    for (int j = 0; j < n; j++) updates[t * n + j] = power[k - 1 - t] * gradients[t * n + j];
  cblas_sgemm(ROW_MAJOR, TRANSPOSED, AS_IT_IS, FAN_IN, n, k, 1, x, FAN_IN, updates, n, power[k], velocity, n);
}

static void learn(long examples) {
  const int step = mode == BLOCKED ? BLOCK : 1;
  for (long t = 0; t < examples; t += step) {
    if (at + step > rows) at = 0;
    const float *x = inputs + (size_t)at * FAN_IN;
    if (mode == LOOPS) byLoops(x, labels[at]);
    else if (mode == BLAS) byBlas(x, labels[at]);
    else if (momentum == 0) byBlocks(x, labels + at, step);
    else byBlocksWithMomentum(x, labels + at, step);
    at += step;
  }
}

int main(int argc, char **argv) {
  if (argc != 7) return 2;
  while (mode < MODES && strcmp(argv[1], NAMES[mode]) != 0) mode++;
  if (mode == MODES) {
    fprintf(stderr, "native: expected mode loops, blas or blocked, got '%s'\n", argv[1]);
    return 2;
  }
  n = atoi(argv[2]);
  momentum = atof(argv[3]);
  learningRate = 0.01f * (1 - momentum);
  if (n < 1 || n > WIDEST) return 2;
  readExamples(argv[4], argv[5], FAN_IN);
  weight = uniform((size_t)FAN_IN * n, sqrtf(6.0f / FAN_IN));
  top = uniform((size_t)n * CLASSES, sqrtf(6.0f / (n + CLASSES)));
  velocity = uniform((size_t)FAN_IN * n, 0);
  char version[128] = COMPILED ", loops, 1 thread";
  const int threads = openblas_get_num_threads();
  if (mode != LOOPS)
    snprintf(version, sizeof version, COMPILED ", %s, OpenBLAS for %s, %d thread%s", NAMES[mode], openblas_get_corename(), threads,
             threads == 1 ? "" : "s");
  return serve(version, learn, atof(argv[6]));
}
