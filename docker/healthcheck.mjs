/** Health of a container: whether the service in it answers /healthz, asked with Node, because the image has no curl. */
const { AFL_HTTP_HOST: host = '', AFL_HTTP_PORT: port = '8080' } = process.env;
const everywhere = ['', '0.0.0.0', '::'];
const name = everywhere.includes(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;

try {
  const answer = await fetch(`http://${name}:${port}/healthz`, { signal: AbortSignal.timeout(8_000) });
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  process.stderr.write(`/healthz does not answer on ${name}:${port}: ${error}\n`);
  process.exitCode = 1;
}
