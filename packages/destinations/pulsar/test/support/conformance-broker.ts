import type { Arrival, OtherSide, OtherSideFaults } from '@dest/testkit';
import { FakeBroker, payloadOf, type Client, type Frame, type Refusal } from './fake-broker';

/** A fake broker as the other side of the conformance suite. */
export class ConformanceBroker implements OtherSide {
  readonly arrivals: Arrival[] = [];
  readonly faults: OtherSideFaults = {
    limitRate: (retryAfterMs) =>
      this.#refuse({ status: 429, headers: { 'retry-after': String(retryAfterMs / 1_000) } }),
    beUnavailable: () => this.#refuse({ status: 503 }),
    refuseCredentials: () => this.#refuse({ status: 401 }),
    refuseItems: (text) => this.#failWhatHolds(text, { result: 'send-error:7', errorMsg: 'InvalidMessageException' }),
    postponeItems: (text) => this.#failWhatHolds(text, { result: 'send-error:8', errorMsg: 'odd' }),
    echo: () => {
      this.#broker.behaviour.refuse = ({ url, rawHeaders }) => ({
        status: 400,
        body: JSON.stringify([url, rawHeaders]),
      });
      this.#end();
    },
    mend: () => {
      delete this.#broker.behaviour.refuse;
      this.#broker.behaviour.onFrame = this.#take;
    },
  };
  readonly #broker: FakeBroker;

  private constructor(broker: FakeBroker) {
    this.#broker = broker;
    this.faults.mend();
  }

  static async start(): Promise<ConformanceBroker> {
    return new ConformanceBroker(await FakeBroker.start());
  }

  get port(): number {
    return this.#broker.port;
  }

  stop(): Promise<void> {
    return this.#broker.stop();
  }

  readonly #take = (frame: Frame, client: Client): void => {
    const data: unknown = JSON.parse(payloadOf(frame));
    this.arrivals.push({ data, idempotencyKey: frame.properties.idempotencyKey });
    client.acknowledge(frame);
  };

  /** From now on, for everybody: Pulsar looks at who comes when they connect. */
  #refuse(refusal: Refusal): void {
    this.#broker.behaviour.refuse = () => refusal;
    this.#end();
  }

  #failWhatHolds(text: string, answer: object): void {
    this.#broker.behaviour.onFrame = (frame, client) => {
      if (payloadOf(frame).includes(text)) client.answer({ ...answer, context: frame.context });
      else this.#take(frame, client);
    };
  }

  #end(): void {
    for (const { socket } of this.#broker.clients) socket.terminate();
  }
}
