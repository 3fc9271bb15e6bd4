import type { DestinationClass } from '@dest/core';

export const TokenDestination: DestinationClass;
