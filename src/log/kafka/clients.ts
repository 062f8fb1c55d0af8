import { Admin, type Base, Consumer, type ConsumerOptions, Producer, type ProducerOptions } from '@platformatic/kafka';
import { clientOptions, type KafkaConnection } from './connection.ts';
import { BrokerChoice, steady } from './steady.ts';

type OwnConsumerOptions = Partial<ConsumerOptions<Buffer, Buffer, Buffer, Buffer>> & { readonly groupId: string };
type OwnProducerOptions = Partial<ProducerOptions<Buffer, Buffer, Buffer, Buffer>>;

/** Who leads what is asked again where something fails. By its age it would be asked of a broker that hangs, with all else waiting. */
const METADATA_AGE_MS_MAX = 86_400_000;

/** Makes the clients of one log, each with connections of its own. */
export class KafkaClients {
  /** The node's name. */
  readonly node: string;
  readonly #connection: KafkaConnection;
  readonly #choice = new BrokerChoice();

  constructor(connection: KafkaConnection) {
    this.node = connection.node;
    this.#connection = connection;
  }

  admin(requestTimeoutMs: number): Admin {
    return this.#steady(new Admin(clientOptions(this.#connection, requestTimeoutMs)));
  }

  consumer(requestTimeoutMs: number, options: OwnConsumerOptions): Consumer {
    return this.#steady(new Consumer({ ...this.#options(requestTimeoutMs), ...options }));
  }

  producer(requestTimeoutMs: number, options: OwnProducerOptions): Producer {
    return this.#steady(new Producer({ ...this.#options(requestTimeoutMs), ...options }));
  }

  #steady<Client extends Base>(client: Client): Client {
    return steady(client, this.#connection.brokers, this.#choice);
  }

  #options(requestTimeoutMs: number) {
    return { ...clientOptions(this.#connection, requestTimeoutMs), metadataMaxAge: METADATA_AGE_MS_MAX };
  }
}
