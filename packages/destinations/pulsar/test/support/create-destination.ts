import { resolve } from 'node:path';
import {
  compileSchema,
  defaultDelivery,
  type Connections,
  type DeliveryOptions,
  type Destination,
  type Files,
  type Resource,
} from '@dest/core';
import { init as initSchema, PulsarDestination, type PulsarCredentials, type PulsarInit } from '@dest/pulsar';
import { ObservedConnections } from '../../../../../test/support/observed-connections';
import { openHttp } from './open-http';

export interface DestinationFixture {
  readonly production?: PulsarCredentials;
  readonly test?: PulsarCredentials;
  readonly debug?: boolean;
  readonly topic?: string;
  /** Parameters beside the topic. */
  readonly init?: Partial<PulsarInit>;
  readonly ordering?: DeliveryOptions['ordering'];
  readonly version?: string;
  readonly connections?: Connections;
  readonly files?: Files;
}

const anyFile: Files = { resolve: async (path) => Promise.resolve(resolve(path)) };

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
    init: withDefaults({ topic, ...fixture.init }),
    form: {},
    enabled: true,
    tags: [],
    onProfileChangeOnly: false,
    resource: { id: 'main-pulsar' },
    delivery: { ...defaultDelivery, ordering: fixture.ordering ?? 'none' },
  };
  const { connections = new ObservedConnections(), files = anyFile } = fixture;
  return new PulsarDestination(debug, resource, destination, connections, openHttp, files);
}

/** Parameters as a registry hands them over. */
export function withDefaults(init: object): PulsarInit {
  const result = compileSchema(initSchema.json)(init);
  if (!result.valid) throw new Error(JSON.stringify(result.issues));
  return result.value as PulsarInit;
}
