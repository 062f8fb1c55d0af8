/** What is where: at /about for browsers, and at / for programs. */
export const LANDING_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Parley</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem; color-scheme: light dark }</style>
<h1>Parley</h1>
<p>A chat backend. This node is up.</p>
<ul>
<li><a href="/">/</a>: a chat in a browser</li>
<li><a href="/graphql">/graphql</a>: GraphiQL in a browser; GraphQL over HTTP, server-sent events and WebSocket (graphql-transport-ws) for programs</li>
<li><a href="/health">/health</a>: the process lives</li>
<li><a href="/ready">/ready</a>: the node takes work</li>
<li><a href="/metrics">/metrics</a>: its figures, for Prometheus</li>
</ul>
</html>
`;
