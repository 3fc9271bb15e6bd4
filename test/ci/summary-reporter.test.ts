import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Reporter {
  onRunComplete(contexts: unknown, results: object): void;
}
const require = createRequire(__filename);
const SummaryReporter = require('../../tools/ci/summary-reporter.cjs') as new () => Reporter;

let folder: string;
let before: string | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dest-summary-'));
  before = process.env['TEST_SUMMARY_FILE'];
});

afterEach(() => {
  if (before === undefined) delete process.env['TEST_SUMMARY_FILE'];
  else process.env['TEST_SUMMARY_FILE'] = before;
  rmSync(folder, { recursive: true, force: true });
});

test('runs are added up, and what was skipped is named with its reason', () => {
  const file = join(folder, 'summary');
  process.env['TEST_SUMMARY_FILE'] = file;
  const run = {
    numPassedTests: 7,
    numFailedTests: 1,
    numRuntimeErrorTestSuites: 1,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [
      {
        testFilePath: resolve('test/faults/some.test.ts'),
        testResults: [
          { status: 'passed', fullName: 'works' },
          { status: 'failed', fullName: 'breaks' },
          { status: 'pending', fullName: 'traces (skipped: strace is not installed)' },
          { status: 'todo', fullName: 'is to be written' },
        ],
      },
    ],
  };
  new SummaryReporter().onRunComplete([], run);
  new SummaryReporter().onRunComplete([], { ...run, testResults: [] });
  expect(readFileSync(file, 'utf8')).toBe('7 2 2\n7 2 2\n');
  expect(readFileSync(`${file}.skipped`, 'utf8').split('\n')).toEqual([
    'test/faults/some.test.ts: traces (skipped: strace is not installed)',
    'test/faults/some.test.ts: is to be written',
    '',
  ]);
});
