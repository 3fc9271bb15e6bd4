import { EXIT } from './exit-codes';
import { Interruption, type InterruptSignal } from './interruption';
import { run } from './run';

const interruption = new Interruption();
for (const signal of ['SIGINT', 'SIGTERM'] satisfies readonly InterruptSignal[]) {
  process.on(signal, () => {
    if (interruption.interrupt(signal)) return;
    // A progress bar that had no time to end has switched line wrapping off.
    if (process.stderr.isTTY) process.stderr.write('\u001b[?7h\n');
    process.exit(EXIT[signal]);
  });
}

const { stdin, stdout, stderr } = process;
void run(process.argv.slice(2), { streams: { stdin, stdout, stderr }, interruption }).then((exitCode) => {
  process.exitCode = exitCode;
  // A plugin may have left a timer or a socket behind, and stdin may still be open; what was written goes out first.
  stdout.write('', () => stderr.write('', () => process.exit()));
});
