import { createHttp } from '@dest/core';

/** A fetch that may go anywhere, loopback included; closed after the tests of the file that uses it. */
export const openHttp = createHttp({ allow: ['*'] });

afterAll(async () => openHttp.close());
