/* The time of an allreduce by size, as C calls it: median of each size in microseconds, one line each. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  /* SIZE:CALLS ... */
  for (int arg = 1; arg < argc; arg++) {
    int size, calls;
    if (sscanf(argv[arg], "%d:%d", &size, &calls) != 2) return 1;
    float *numbers = calloc(size, sizeof(float));
    double *times = malloc(calls * sizeof(double));
    for (int call = -calls / 4 - 1; call < calls; call++) {
      double start = MPI_Wtime();
      MPI_Allreduce(MPI_IN_PLACE, numbers, size, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
      if (call >= 0) times[call] = 1e6 * (MPI_Wtime() - start);
    }
    qsort(times, calls, sizeof(double), ascending);
    if (rank == 0) printf("%d %.3f\n", size, times[calls / 2]);
    free(times);
    free(numbers);
  }
  MPI_Finalize();
  return 0;
}
