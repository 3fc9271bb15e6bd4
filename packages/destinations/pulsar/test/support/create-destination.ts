import { defaultDelivery, type Connections, type Destination, type Resource } from '@dest/core';
import { PulsarDestination, type PulsarCredentials, type PulsarInit } from '@dest/pulsar';
import { ObservedConnections } from '../../../../../test/support/observed-connections';

export interface DestinationFixture {
  readonly production?: PulsarCredentials;
  readonly test?: PulsarCredentials;
  readonly debug?: boolean;
  readonly topic?: string;
  readonly version?: string;
  readonly connections?: Connections;
}

/** A destination as a registry makes it, with the side of the credentials that `debug` selects. */
export function createDestination(fixture: DestinationFixture): PulsarDestination {
  const { production, test, debug = false, topic = 'orders', version = '1' } = fixture;
  const resource: Resource<PulsarCredentials> = {
    id: 'main-pulsar',
    name: 'Pulsar',
    description: '',
    tags: [],
    enabled: true,
    version,
    credentials: debug ? { ...(test ? { test } : {}) } : { ...(production ? { production } : {}) },
  };
  const destination: Destination<PulsarInit> = {
    id: 'orders',
    name: 'Orders',
    description: '',
    package: '@dest/pulsar',
    init: { topic },
    form: {},
    enabled: true,
    tags: [],
    onProfileChangeOnly: false,
    resource: { id: 'main-pulsar' },
    delivery: defaultDelivery,
  };
  return new PulsarDestination(debug, resource, destination, fixture.connections ?? new ObservedConnections());
}
