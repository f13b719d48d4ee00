import { OptionError } from '@fluxion/tensor';
import { expect, it } from 'vitest';
import { findLibrary } from './findLibrary.js';
import { mpi } from './mpi.js';

it('says what to install where there is no library', () => {
  expect(() => findLibrary('libnone.so')).toThrow(
    new OptionError(
      "mpi: expected a native library, libnone.so, found none; install one (Debian: apt-get install openmpi-bin libopenmpi3, or mpich; Fedora: dnf install openmpi, or mpich, then module load mpi; macOS: brew install open-mpi), or name the file: mpi({ library: '/opt/…/libmpi.so' })",
    ),
  );
  expect(() => mpi({ library: 'libnone.so' })).toThrow(OptionError);
});

it('looks for the library of the launcher by what it leaves in the environment', () => {
  const names = (environment: NodeJS.ProcessEnv): string | undefined => {
    try {
      return findLibrary(undefined, environment).name;
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(names({ OMPI_COMM_WORLD_SIZE: '2' })).toMatch(/libmpi\.(so\.40|dylib|40\.dylib)/);
  expect(names({ PMI_RANK: '0' })).toMatch(/libmpich\.so\.12|libmpi\.(so\.12|dylib|12\.dylib)/);
});

it('refuses an option that it has not', () => {
  expect(() => mpi({ file: 'libmpi.so' } as object)).toThrow(OptionError);
});
