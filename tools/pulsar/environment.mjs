import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ToolFailure } from './tool-failure.mjs';

const OLDEST_JAVA = 17;

/**
 * The Java that runs the broker: `JAVA_HOME`, else the one on the PATH.
 * @returns {string} a command
 * @throws {ToolFailure} JAVA_MISSING, JAVA_TOO_OLD
 */
export function findJava() {
  const home = process.env['JAVA_HOME'];
  const command = home ? join(home, 'bin', 'java') : 'java';
  const { status, stderr, stdout } = spawnSync(command, ['-version'], { encoding: 'utf8' });
  if (status !== 0) {
    throw new ToolFailure(
      'JAVA_MISSING',
      `Java ${OLDEST_JAVA} or newer is needed to run a Pulsar broker; \`${command} -version\` did not work. ` +
        'Install it (Debian, Ubuntu: apt-get install openjdk-17-jre-headless; macOS: brew install openjdk@17), ' +
        'or set JAVA_HOME to where it is.',
      { exitCode: 3 },
    );
  }
  const version = /version "(?:1\.)?(\d+)/.exec(`${stderr}${stdout}`)?.[1];
  if (Number(version) < OLDEST_JAVA) {
    throw new ToolFailure(
      'JAVA_TOO_OLD',
      `Java ${OLDEST_JAVA} or newer is needed to run a Pulsar broker; \`${command}\` is Java ${version}. ` +
        'Install a newer one, or set JAVA_HOME to it.',
      { exitCode: 3 },
    );
  }
  return command;
}

/**
 * The Maven that fetches the broker's jars.
 * @returns {string} a command
 * @throws {ToolFailure} MAVEN_MISSING
 */
export function findMaven() {
  const { status } = spawnSync('mvn', ['--version'], { encoding: 'utf8' });
  if (status === 0) return 'mvn';
  throw new ToolFailure(
    'MAVEN_MISSING',
    "Maven is needed once, to fetch the Pulsar broker's jars; `mvn --version` did not work. " +
      'Install it (Debian, Ubuntu: apt-get install maven; macOS: brew install maven).',
    { exitCode: 3 },
  );
}
