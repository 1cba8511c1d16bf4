/** The command line: `afluente start | up | produce | status | query | lint | infer | permissions | streams | doctor | probe`. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { schemeProblem } from '#nats/connection/server-urls';
import { version } from '#runtime/ground/version';
import { readNatsUrl } from '#runtime/settings/config';
import { settings } from '#runtime/settings/settings';
import { settingsHelp } from '#runtime/settings/settings-help';
import { doctor } from './commands/doctor.js';
import { infer } from './commands/infer.js';
import { lint } from './commands/lint.js';
import { permissions } from './commands/permissions.js';
import { probe } from './commands/probe.js';
import { type Header, produce } from './commands/produce.js';
import { query } from './commands/query.js';
import { start } from './commands/start.js';
import { status } from './commands/status.js';
import { streams } from './commands/streams.js';
import { up } from './commands/up.js';
import { runCommand } from './run-command.js';

const defaultPipeline = 'examples/sales-tech';
const probeSeconds = 120;
const exitUsage = 2;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('write a whole number of 0 or more');
  return value;
}

/** A number of things, or of things a second. */
function fromOne(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('write a whole number of 1 or more');
  return value;
}

function natsServers(text: string): string {
  const problem = schemeProblem(text);
  if (problem !== undefined) throw new InvalidArgumentError(problem);
  return text;
}

/** Of the environment. Without it no option has a default, and no help can be shown. */
function natsByDefault(): string {
  try {
    return readNatsUrl();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(exitUsage);
  }
}

function epochMs(text: string): number {
  const value = Date.parse(text);
  if (Number.isNaN(value)) throw new InvalidArgumentError('write a time such as 2026-11-21T12:00:00Z');
  return value;
}

/** One more header of each message; the option may stand several times. */
function header(text: string, others: readonly Header[] = []): readonly Header[] {
  const [, name, value] = /^([!#-9;-~]+):(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined || /[\r\n]/.test(value))
    throw new InvalidArgumentError('write a name and a value, such as "ce-type: order.created"');
  return [...others, [name, value.trim()]];
}

/** `json` or the path of a folder; what is neither, by the looks of it, is a slip. */
function logPlace(text: string): string {
  if (text.trim() === '' || text.startsWith('-') || text.includes('\0') || (/^json$/i.test(text) && text !== 'json')) {
    throw new InvalidArgumentError('write json, or the path of a folder such as ./logs');
  }
  return text;
}

/** An address may hold a password: it belongs into the environment, where no list of processes shows it, and not into the help. */
const nats = new Option('--nats <url>', 'NATS server with JetStream')
  .argParser(natsServers)
  .default(natsByDefault(), `${settings.natsUrl.name}, else ${settings.natsUrl.read({})}`);

const program = new Command('afluente')
  .description('Stream-to-lake for NATS: events on subjects become exactly-once Delta tables')
  .version(version)
  .showHelpAfterError('(see --help)')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exitUsage));

program
  .command('start')
  .description(
    'run an example with a NATS server of its own: services, producer and, with --events, the check of the lake',
  )
  .option('--events <n>', 'publish this many events, check the lake, print one JSON line and exit', fromOne)
  .option('--pipeline <dir>', 'an example folder', defaultPipeline)
  .option('--rate <n>', 'events per second; default: 2000 without --events, as fast as possible with it', fromOne)
  .option('--seed <n>', 'seed of the generated events', wholeNumber, 1)
  .option('--nats <url>', 'use this running NATS server instead of an own one', natsServers)
  .option('--lake <url>', 'where the tables go; default: a folder of the run under data/')
  .addHelpText('after', () => `\n${settingsHelp()}`)
  .action(runCommand(start));

program
  .command('up')
  .description('run all five services of a pipeline on this machine')
  .option('--pipeline <dir>', 'folder with pipeline.yaml', defaultPipeline)
  .addOption(nats)
  .option('--lake <url>', 'overrides lake.url of the pipeline file: file:./dir or s3://bucket/prefix')
  .option('--until-idle', 'exit when every published event is in the lake and the sources are quiet')
  .option(
    '--log <json|dir>',
    "folder for the services' JSON lines; json: on standard output instead. Default: data/logs/<pipeline>",
    logPlace,
  )
  .addHelpText('after', () => `\n${settingsHelp()}`)
  .action(runCommand(up));

program
  .command('produce')
  .description("publish an example's generated events, or the lines of a file, to a pipeline's subjects")
  .option('--pipeline <dir>', 'an example folder, or any pipeline folder with --file', defaultPipeline)
  .addOption(nats)
  .option('--events <n>', 'how many events; default: without end, or the whole file', fromOne)
  .option('--rate <n>', 'events per second; default: as fast as possible', fromOne)
  .option('--seed <n>', 'seed of the generated events', wholeNumber, 1)
  .option(
    '--start <time>',
    'event time of the first generated event; the same seed and start give the same events',
    epochMs,
  )
  .option(
    '--file <path>',
    'publish the lines of this NDJSON file ("-": standard input), or the events of a .json, .geojson or .csv file',
  )
  .option('--subject <subject>', 'with --file: the subject to publish to')
  .option('--header <name: value>', 'with --file: a header of each message; may be given several times', header)
  .action(runCommand(produce));

program
  .command('status')
  .description('tasks of a running pipeline: owner, position, lag, watermark')
  .option('--pipeline <dir>', 'folder with pipeline.yaml', defaultPipeline)
  .addOption(nats)
  .option('--json', 'print JSON')
  .action(runCommand(status));

program
  .command('query')
  .description('SQL (DuckDB) over the current files of the tables; gold tables also as <table>_latest')
  .argument('<sql>', 'the query')
  .option('--lake <url>', 'the lake; default: that of --pipeline, else of the newest run of "start"')
  .option('--pipeline <dir>', 'the lake of this pipeline: lake.url of its pipeline.yaml')
  .option('--json', 'print one JSON object a row')
  .action(runCommand(query));

program
  .command('lint')
  .description('check a pipeline folder: file, contracts, references, SQL, windows, tables')
  .argument('[dir]', 'folder with pipeline.yaml', defaultPipeline)
  .option(
    '--against <dir>',
    'what would become of the version in this folder, change by change; ends with 1 when something would halt',
  )
  .option('--nats <url>', 'whether the logs that the pipeline has on this NATS can go on with it, too', natsServers)
  .option('--lake <url>', 'whether the tables of this lake can go on with it, too')
  .option('--tables', 'print the columns of each table, with their types')
  .action(runCommand(lint));

program
  .command('infer')
  .description(
    'write a first contract and pipeline file from sample events, with the evidence as comments; asks nothing',
  )
  .argument('<file>', 'events: NDJSON, a JSON array, GeoJSON or CSV ("-": standard input)')
  .option('--output <dir>', 'folder to write, which must not be there yet; default: the file without its ending')
  .option('--id <field>', 'the property that identifies an event, if it is not the one that is found')
  .option('--key <field>', 'the property whose events stay in order')
  .option('--event-time <field>', 'the property that says when an event happened')
  .option(
    '--envelope <name>',
    'what stands around each event (cloudevents, debezium or none), if it is not what the sample shows',
  )
  .option('--time-zone <name>', 'where the clocks stood that wrote times without an offset, e.g. America/Sao_Paulo')
  .action(runCommand(infer));

program
  .command('permissions')
  .description(
    'accounts of a nats-server configuration: a user for each service of a pipeline, with no more rights than it needs',
  )
  .option('--pipeline <dir>', 'folder with pipeline.yaml', defaultPipeline)
  .option('--seeds <dir>', 'make a key for each user: seeds go into this folder, public keys into the configuration')
  .option('--json', 'print JSON: the permissions of each user, as they stand in a JWT')
  .action(runCommand(permissions));

program
  .command('streams')
  .description('make the streams and buckets of a pipeline that are missing, and check the others')
  .option('--pipeline <dir>', 'folder with pipeline.yaml', defaultPipeline)
  .addOption(nats)
  .option('--check', 'make nothing')
  .action(runCommand(streams));

program
  .command('doctor')
  .description(
    'look at a pipeline, its NATS and its lake, and say what is wrong and what to do; changes nothing. Ends with 0, 1 (warnings) or 2 (errors)',
  )
  .option('--pipeline <dir>', 'folder with pipeline.yaml', defaultPipeline)
  .addOption(nats)
  .option('--lake <url>', 'the lake; default: AFL_LAKE_URL, else lake.url of the pipeline file')
  .option('--json', 'print JSON: all findings')
  .action(runCommand(doctor));

program
  .command('probe')
  .description('publish one event with an id and time of its own, and wait until a table of the lake holds it')
  .requiredOption('--subject <subject>', 'where to publish')
  .requiredOption('--table <table>', 'the table to look into: bronze, silver or quarantine')
  .requiredOption('--event <json>', 'the event, as JSON text or as @ and the path of a file')
  .option('--pipeline <dir>', 'folder with pipeline.yaml', defaultPipeline)
  .addOption(nats)
  .option('--lake <url>', 'the lake; default: AFL_LAKE_URL, else lake.url of the pipeline file')
  .option('--timeout <seconds>', 'how long to wait', wholeNumber, probeSeconds)
  .action(runCommand(probe));

// Whoever read our output may be gone (Ctrl-C on a pipe into tee ends both): then nobody reads, and the drain goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

await program.parseAsync();
// A connection that was given up may leave a socket behind, which would keep the process.
process.exit();
