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

  /** To be called before anything is changed for which {@link pick} is asked. */
  requireRegion(region: string | null): void {
    const { regionCharactersMax } = this.#options.limits;
    if (region !== null && isLongerThan(region, regionCharactersMax)) {
      throw badInput('region', `A region has at most ${regionCharactersMax} characters.`);
    }
  }

  /** `baseUrl` is the address that the client itself used: the answer where a gateway has no public one of its own. */
  async pick({ region, baseUrl }: { region: string | null; baseUrl: string }): Promise<Endpoint> {
    const { discovery, node } = this.#options;
    this.requireRegion(region);
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
