import type { DestinationKit, OtherSide } from '@dest/testkit';

export interface Written extends OtherSide {
  readonly path: string;
}

export const conformance: DestinationKit<Written>;
