/** After all specs: ends the shared S3 server, if any spec asked for it. */
import { closeDesk } from './s3-desk.mjs';

export default closeDesk;
