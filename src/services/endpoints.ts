import type { Limits } from '../config/limits.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { badInput } from '../domain/error.ts';
import { isLongerThan } from './input.ts';

export interface Endpoint {
  readonly url: string;
  readonly httpUrl: string;
  readonly node: string;
  readonly region: string;
}

export interface EndpointsOptions {
  readonly discovery: Discovery;
  readonly node: string;
  readonly region: string;
  readonly limits: Pick<Limits, 'regionCharactersMax'>;
}

const PATH = '/graphql';

/** Where a client should open its socket. */
export class Endpoints {
  readonly #options: EndpointsOptions;

  constructor(options: EndpointsOptions) {
    this.#options = options;
  }

  /** `baseUrl` is the address that the client itself used: the answer where a gateway has no public one of its own. */
  async pick({ region, baseUrl }: { region: string | null; baseUrl: string }): Promise<Endpoint> {
    const { discovery, limits, node } = this.#options;
    if (region !== null && isLongerThan(region, limits.regionCharactersMax)) {
      throw badInput('region', `A region has at most ${limits.regionCharactersMax} characters.`);
    }
    const gateway = await discovery.pick(region);
    const httpUrl = `${(gateway?.publicUrl ?? baseUrl).replace(/\/$/, '')}${PATH}`;
    return {
      url: httpUrl.replace(/^http/, 'ws'),
      httpUrl,
      node: gateway?.node ?? node,
      region: gateway?.region ?? this.#options.region,
    };
  }
}
