import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface FixtureOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a fixture in a process of its own, with the built packages. */
export async function runFixture(name: string, ...words: readonly string[]): Promise<FixtureOutcome> {
  const script = join(__dirname, '..', 'fixtures', `${name}.cjs`);
  const child = spawn(process.execPath, [script, ...words], { env: { PATH: process.env['PATH'] } });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (written.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (written.stderr += chunk.toString()));
  const [exitCode] = (await once(child, 'close')) as [number];
  return { exitCode, ...written };
}
