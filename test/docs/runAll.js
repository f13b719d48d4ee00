// Runs programs one after the other in one process, so that the packages are loaded once; what fails is told on stderr, by name.

for (const program of process.argv.slice(2)) {
  try {
    await import(program);
  } catch (error) {
    console.error(program, error);
  }
}
process.exit();
