import { run } from './run';

const { stdin, stdout, stderr, env } = process;
void run(process.argv.slice(2), { stdin, stdout, stderr, folder: process.cwd(), environment: env }).then((exitCode) => {
  process.exitCode = exitCode;
});
