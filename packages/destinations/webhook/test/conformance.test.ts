import { describeDestination } from '@dest/testkit';
import { WebhookDestination } from '../src/index';
import { conformanceKit } from './support/conformance-kit';

describeDestination(WebhookDestination, conformanceKit);
