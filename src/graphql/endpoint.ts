import type { Endpoint as EndpointFacts } from '../services/endpoints.ts';
import { builder } from './builder.ts';

export const Endpoint = builder.objectRef<EndpointFacts>('Endpoint').implement({
  description: 'A gateway: where to open the one socket that a client needs.',
  fields: (t) => ({
    url: t.exposeString('url', { description: 'WebSocket address, protocol graphql-transport-ws.' }),
    httpUrl: t.exposeString('httpUrl', {
      description: 'HTTP address for GraphQL over HTTP and server-sent events on the same node.',
    }),
    node: t.exposeString('node', { description: "The node's name." }),
    region: t.exposeString('region', { description: 'Where the node is.' }),
  }),
});

builder.queryField('endpoint', (t) =>
  t.field({
    type: Endpoint,
    description: 'The gateway that service discovery picks for this client now.',
    args: {
      region: t.arg.string({
        required: false,
        description:
          'Where the client would rather be, at most 64 characters. A node elsewhere is given where there is none.',
      }),
    },
    resolve: (_, { region }, { loaders, services, connection: { baseUrl } }) => {
      // Whoever has no token learns nothing of the cluster.
      void loaders.viewer;
      return services.endpoints.pick({ region: region ?? null, baseUrl });
    },
  }),
);
