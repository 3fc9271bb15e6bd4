import { PassThrough, Writable } from 'node:stream';
import { run } from '../src';
import { version } from '../package.json';
import { runDest } from './support/run-dest';

const GROUPS = ['dead-letters', 'lanes'];
const COMMANDS = ['init', 'plugins', 'validate', 'check', 'explain', 'send', 'run', 'forget', 'test', 'reload'];
const PARTS = [
  'dead-letters list',
  'dead-letters show',
  'dead-letters replay',
  'dead-letters drop',
  'lanes list',
  'lanes resume',
  'lanes move',
  'lanes drop',
];

describe('dest', () => {
  it('prints its version', async () => {
    expect(await runDest(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([...COMMANDS, ...GROUPS, ...PARTS])('helps with %s, with examples', async (command) => {
    const { exitCode, stdout, stderr } = await runDest([...command.split(' '), '--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`Examples:\\n( {2}\\$ .*dest ${command.replace('lanes list', 'lanes')}.*\\n?)+`));
    expect(stdout).toContain('--json');
    expect(stdout).toContain('-c, --config <file>');
  });

  it('lists its commands, and ends with 2 where none is named', async () => {
    const helped = await runDest(['--help']);
    expect(helped.exitCode).toBe(0);
    for (const command of [...COMMANDS, ...GROUPS]) expect(helped.stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    const bare = await runDest([]);
    expect(bare).toMatchObject({ exitCode: 2, stdout: '' });
    expect(bare.stderr).toContain('Usage: dest');
  });

  it.each([
    [['sned'], 'Did you mean send?'],
    [['send', '--jsn'], 'Did you mean --json?'],
    [['send', 'a', 'b'], 'too many arguments'],
    [['send', '--give-up-after', 'soon'], 'It should be a number of seconds'],
    [['send', '--give-up-after', '-1'], 'It should be a number of seconds'],
    [['explain', '--destination'], 'argument missing'],
    [['dead-letters'], 'Usage: dest dead-letters'],
    [['dead-letters', 'lst'], 'Did you mean list?'],
    [['dead-letters', 'list', '--since', 'yesterday'], 'It should be a date'],
    [['dead-letters', 'list', '--limit', '0'], 'It should be a whole number from 1 on'],
    [['dead-letters', 'show'], "missing required argument 'id'"],
    [['dead-letters', 'replay'], 'FILTER_MISSING Say which dead letters'],
    [['dead-letters', 'drop'], 'FILTER_MISSING Say which dead letters'],
    [['lanes', 'move', 'x'], "required option '--to <destination>' not specified"],
    [['run', '--until-eof', '--no-stdin'], 'INPUT_MISSING With --until-eof something has to come in'],
  ])('ends with 2 for %j', async (words, expected) => {
    const { exitCode, stdout, stderr } = await runDest(words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(expected);
  });

  it('keeps quiet where the reader of its output had enough', async () => {
    const outcome = await runWithStdout(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(outcome).toEqual({ exitCode: 0, stderr: '' });
  });

  it('says so where its output could not be written', async () => {
    const outcome = await runWithStdout(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
    expect(outcome).toEqual({ exitCode: 1, stderr: 'The result could not be written: no space left.\n' });
  });
});

async function runWithStdout(error: Error): Promise<{ exitCode: number; stderr: string }> {
  let written = '';
  const stderr = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done(error) });
  const exitCode = await run(['--version'], { streams: { stdin: new PassThrough(), stdout, stderr }, environment: {} });
  return { exitCode, stderr: written };
}
