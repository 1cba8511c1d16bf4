/** What becomes of the lines that services write. */
import type { Service } from '#stages/topology/topology';

export interface ServiceOutput {
  /** Whether it shows at once what a service says on standard error before it is ready: then that need not be said again when the service fails. */
  readonly showsAtOnce: boolean;
  /** A line without its end. Never throws. */
  line(service: Service, from: 'stdout' | 'stderr', text: string): void;
  /** It answers from now on. */
  ready(service: Service): void;
  /** No line comes any more. */
  close(): Promise<void>;
}
