import { type NativeLibrary, nativeLibrary } from '@fluxion/tensor';

/** An MPI library of this machine. */
export interface FoundLibrary {
  /** What it was found by: `libmpi.so.40`. */
  readonly name: string;
  readonly library: NativeLibrary;
}

type Family = 'openMpi' | 'mpich';

/** Names that the libraries go by. */
const NAMES: Readonly<Partial<Record<NodeJS.Platform, Readonly<Record<Family, readonly string[]>>>>> = {
  linux: {
    openMpi: ['libmpi.so.40', '/usr/lib64/openmpi/lib/libmpi.so.40'],
    mpich: ['libmpich.so.12', 'libmpi.so.12', '/usr/lib64/mpich/lib/libmpi.so.12'],
  },
  darwin: {
    openMpi: [
      '/opt/homebrew/opt/open-mpi/lib/libmpi.dylib',
      '/usr/local/opt/open-mpi/lib/libmpi.dylib',
      'libmpi.40.dylib',
    ],
    mpich: [
      '/opt/homebrew/opt/mpich/lib/libmpi.dylib',
      '/usr/local/opt/mpich/lib/libmpi.dylib',
      'libmpi.12.dylib',
    ],
  },
};

/**
 * The MPI library of this machine, found at run time through koffi: that of the `mpirun` which has started this process, by
 * what it left in the environment, else Open MPI before MPICH.
 *
 * @param name a file to open instead, by name or path
 * @throws {OptionError} when koffi is not installed, or there is no library; the message says what to install.
 */
export function findLibrary(
  name: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): FoundLibrary {
  // UCX, on which MPICH may stand, would put its own mmap, munmap and brk in the place of the C library's, under the threads of V8,
  // and its own handler in that of V8 for accesses out of bounds.
  process.env.UCX_MEM_EVENTS ??= 'n';
  process.env.UCX_ERROR_SIGNALS ??= '';
  return nativeLibrary({
    for: 'mpi',
    names: name === undefined ? namesFor(environment) : [name],
    fix: "install one (Debian: apt-get install openmpi-bin libopenmpi3, or mpich; Fedora: dnf install openmpi, or mpich, then module load mpi; macOS: brew install open-mpi), or name the file: mpi({ library: '/opt/…/libmpi.so' })",
    // Open MPI's plugins look for its names among those of the whole process.
    global: true,
  });
}

function namesFor(environment: NodeJS.ProcessEnv): readonly string[] {
  const { openMpi, mpich } = NAMES[process.platform] ?? { openMpi: [], mpich: [] };
  if (environment.OMPI_COMM_WORLD_SIZE !== undefined) return openMpi;
  if (environment.PMIX_RANK !== undefined) return [...openMpi, ...mpich];
  if (environment.PMI_RANK !== undefined) return mpich;
  return [...openMpi, ...mpich];
}
