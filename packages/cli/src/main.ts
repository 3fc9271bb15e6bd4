import { systemClock } from '@dest/core';
import { containFaults } from '@dest/host';
import { EXIT } from './exit-codes';
import { Hangup } from './hangup';
import { Interruption, type InterruptSignal } from './interruption';
import { sendConsoleToStderr } from './output/send-console-to-stderr';
import { writePatience } from './output/write-patience';
import { PluginFaults } from './plugin-faults';
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

/** 128 and the number of SIGHUP, as shells have it. */
const HUNG_UP = 129;
const hangup = new Hangup();
process.on('SIGHUP', () => {
  if (!hangup.hangUp()) process.exit(HUNG_UP);
});

const faults = new PluginFaults({
  onForeign: () => {
    if (process.stderr.isTTY) process.stderr.write('\u001b[?7h\n');
  },
  note: (text) => void process.stderr.write(`${text}\n`),
});
containFaults(faults);
// A command that will never end, since what it waits for failed, ends here.
process.once('beforeExit', () => {
  faults.end();
  process.exitCode = EXIT.failed;
});

const { stdin, stdout, stderr } = process;
sendConsoleToStderr(console, stderr);
void run(process.argv.slice(2), { streams: { stdin, stdout, stderr }, interruption, hangup, faults }).then(
  (exitCode) => {
    process.exitCode = exitCode;
    // A plugin may have left a timer or a socket behind, and stdin may still be open; what was written goes out first.
    const written = new Promise<void>((resolve) => stdout.write('', () => stderr.write('', () => resolve())));
    void writePatience(interruption, systemClock)(written).then(() => process.exit());
  },
);
