import { failureOf } from '@dest/core';
import { fileError } from '../src/file-error';

function failureFor(code: string) {
  return failureOf(fileError(Object.assign(new Error(`${code}: of the file system`), { code }), '/data/out.ndjson'));
}

describe('fileError', () => {
  it.each(['EACCES', 'EPERM', 'EROFS', 'EISDIR', 'ENOTDIR', 'EEXIST', 'ELOOP', 'ENAMETOOLONG'])(
    '%s is a matter of configuration',
    (code) => {
      const { message, causes, ...rest } = failureFor(code);
      expect(causes).toEqual([{ code, message: `${code}: of the file system` }]);
      expect(rest).toEqual({ retry: 'configuration', scope: 'destination', code: 'FILE_NOT_WRITABLE' });
      expect(message).toContain(`Appending to /data/out.ndjson failed: ${code}`);
    },
  );

  it.each(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EMFILE', 'ENOENT', 'constructor'])('%s may pass', (code) => {
    const { message, causes, ...rest } = failureFor(code);
    expect(causes).toEqual([{ code, message: `${code}: of the file system` }]);
    expect(rest).toEqual({ retry: 'transient', scope: 'destination', code: 'FILE_WRITE_FAILED' });
    expect(message).toContain(code);
  });
});
