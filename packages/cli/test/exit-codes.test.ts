import { exitCodeOf, isEnvironmentCode } from '../src/environment-codes';
import { EXIT, worstOf } from '../src/exit-codes';

describe('exit codes', () => {
  it('puts a missing plugin before a failure, and a failure before wrong input', () => {
    expect(worstOf([])).toBe(0);
    expect(worstOf([EXIT.done, EXIT.invalid])).toBe(2);
    expect(worstOf([EXIT.invalid, EXIT.failed, EXIT.done])).toBe(1);
    expect(worstOf([EXIT.failed, EXIT.environment, EXIT.invalid])).toBe(3);
  });

  it.each([
    'PLUGIN_NOT_INSTALLED',
    'PLUGIN_IMPORT_FAILED',
    'PACKAGE_NOT_LOADED',
    'PULSAR_CLIENT_NOT_INSTALLED',
    'PULSAR_CLIENT_BROKEN',
    'HOST_NOT_RUNNING',
    'HOST_FOREIGN',
    'OUTBOX_LOCKED',
    'CONTROL_IN_USE',
  ])('counts %s as the environment’s', (code) => expect(isEnvironmentCode(code)).toBe(true));

  it.each(['INIT_INVALID', 'PACKAGE_UNKNOWN', 'PULSAR_UNREACHABLE'])('does not count %s as the environment’s', (code) =>
    expect(isEnvironmentCode(code)).toBe(false),
  );

  it('takes no warning into account', () => {
    expect(exitCodeOf([{ code: 'X', path: '', message: '', severity: 'warning' }])).toBe(0);
    expect(exitCodeOf([{ code: 'X', path: '', message: '', severity: 'error' }])).toBe(2);
  });
});
