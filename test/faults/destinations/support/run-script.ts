import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles, type FileTree } from '../../../../packages/core/test/support/application-folder';

const MODULES = join(__dirname, '../../../../node_modules/@dest');
/** Longer than anything here takes, however slow the machine; shorter than a test may take. */
const KILLED_AFTER_MS = 25_000;

// Starting processes takes its time where others do too.
jest.setTimeout(60_000);

const folders: string[] = [];
const running = new Set<ChildProcessWithoutNullStreams>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The folder of an application in which the built packages are installed. Removed after the suite. */
export function builtApplication(files: FileTree): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dest-faults-')));
  folders.push(folder);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(MODULES, join(folder, 'node_modules/@dest'));
  writeFiles(folder, files);
  return folder;
}

/** How a script ended. */
export interface ScriptOutcome {
  readonly exitCode: number | null;
  /** `SIGKILL` where it took too long. */
  readonly signal: NodeJS.Signals | null;
  /** The lines of stdout, read as JSON. */
  readonly said: readonly unknown[];
  readonly stderr: string;
}

/** Runs a file of an application in a process of its own, since what it does may end the process, or keep it busy for ever. */
export async function runScript(folder: string, file: string): Promise<ScriptOutcome> {
  const child = spawn(process.execPath, [file], { cwd: folder, env: { PATH: process.env['PATH'] } });
  running.add(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), KILLED_AFTER_MS);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end();
  return new Promise((resolve) => {
    child.on('close', (exitCode, signal) => {
      clearTimeout(timer);
      running.delete(child);
      const said = stdout.split('\n').filter((line) => line !== '');
      resolve({ exitCode, signal, stderr, said: said.map((line): unknown => JSON.parse(line)) });
    });
  });
}
