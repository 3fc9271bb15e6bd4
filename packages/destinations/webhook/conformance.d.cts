import type { DestinationKit, FakeHttpServer } from '@dest/testkit';

export const conformance: DestinationKit<FakeHttpServer>;
