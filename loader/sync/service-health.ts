import type { Effects } from "../effects.ts";
import {
  FailedRecordError,
  messageOf,
  NotFoundError,
  RequestError,
  ServiceDownError,
  UnavailableError,
} from "../errors.ts";
import type { Probe } from "../extract/routes.ts";

/** Different records that may fail in a row; then the service counts as down. */
export const failedInARowMax = 20;
/** Rounds of attempts for a record whose attempts fell into an outage. */
const roundsMax = 3;
/** The delay before a refused record, which may be a slip, is requested again. */
const confirmDelayMs = 1000;

export type ServiceHealthOptions = {
  readonly effects: Effects;
  /** Requests what any healthy service answers, and waits for it. Rejects when the service is down. */
  readonly probe: () => Promise<Probe>;
  readonly signal: AbortSignal;
};

export type RecordRequestOptions = {
  /** Whether to request a record once more before its 404 is passed on. */
  readonly retriesNotFound?: boolean;
  /** Whether an earlier run failed to get the record: its failure says nothing about the service. */
  readonly isKnownToFail?: boolean;
  /** Requests the same record and discards it: shows later whether the service still answers a good record. */
  readonly check?: () => Promise<unknown>;
};

/**
 * Tells a bad record from a bad service.
 *
 * The states of the service, as far as this run knows:
 * - *good*: the last requested record came.
 * - *doubtful*: a record failed. A probe decides. A response at once → the record is bad. A response after a wait → there
 *   was an outage, and the record is requested again. No response → down. The next good record → good.
 * - *down*: the probe failed; or `failedInARowMax` different records failed, and the last good record now fails too. The
 *   run ends, and what came before is stored.
 * Callers run side by side: an open probe serves all of them.
 */
export class ServiceHealth {
  readonly #options: ServiceHealthOptions;
  readonly #failedInARow = new Set<string>();
  #probing: Promise<Probe> | undefined;
  /** Requests the last good record. */
  #check: (() => Promise<unknown>) | undefined;

  constructor(options: ServiceHealthOptions) {
    this.#options = options;
  }

  /**
   * Requests one record.
   * @param name of the record, for messages and for counting
   * @param request throws FailedRecordError for a response that is not the record
   * Errors: FailedRecordError when the record fails and the service is up; NotFoundError; ServiceDownError and whatever
   * else ends the run.
   */
  async requestRecord<T>(name: string, request: () => Promise<T>, options: RecordRequestOptions = {}): Promise<T> {
    for (let round = 1; ; round += 1) {
      try {
        const answer = await request();
        this.#failedInARow.clear();
        this.#check = options.check ?? this.#check;
        return answer;
      } catch (error) {
        if (error instanceof NotFoundError && (options.retriesNotFound !== true || round > 1)) throw error;
        if (!(error instanceof UnavailableError || error instanceof FailedRecordError)) throw error;
        // The end of the run ends every open request: the record must not be rejected for it.
        this.#options.signal.throwIfAborted();
        if (round < roundsMax && (await this.#shouldRetry(name, error, round))) continue;
        throw await this.#failed(options.isKnownToFail === true ? undefined : name, error);
      }
    }
  }

  /** Probes the service after the failure of a list. Errors: ServiceDownError when the probe fails too. */
  async confirmUp(failure: UnavailableError): Promise<void> {
    await this.#probe().catch(() => {
      this.#options.signal.throwIfAborted();
      throw new ServiceDownError(failure.message, { cause: failure });
    });
  }

  /** Whether to request a record again: once after a refusal, which may be a slip; after the wait for an outage. */
  async #shouldRetry(name: string, error: Error, round: number): Promise<boolean> {
    const { effects, signal } = this.#options;
    if (error instanceof RequestError || error instanceof FailedRecordError) {
      if (round > 1) return false;
      effects.log("record_asked_again", { record: name, delay_ms: confirmDelayMs });
      await effects.sleep(confirmDelayMs, signal);
      return true;
    }
    const { hasWaited } = await this.#probe().catch(() => {
      signal.throwIfAborted();
      throw error;
    });
    if (hasWaited) effects.log("record_asked_again", { record: name, delay_ms: 0 });
    return hasWaited;
  }

  #probe(): Promise<Probe> {
    this.#probing ??= this.#options.probe().finally(() => {
      this.#probing = undefined;
    });
    return this.#probing;
  }

  /** @param name undefined for a record that failed in an earlier run */
  async #failed(
    name: string | undefined,
    error: UnavailableError | FailedRecordError,
  ): Promise<FailedRecordError | ServiceDownError> {
    if (name !== undefined) this.#failedInARow.add(name);
    if (this.#failedInARow.size >= failedInARowMax && !(await this.#isLastGoodStillThere())) {
      return new ServiceDownError(
        `${failedInARowMax} different records failed one after the other, the last with: ${messageOf(error)} ` +
          "What was loaded stays; run again later.",
        { cause: error },
      );
    }
    return error instanceof FailedRecordError ? error : new FailedRecordError(messageOf(error), { cause: error });
  }

  /** Requests the last good record again: bad records may all come at the end, after every good one. */
  async #isLastGoodStillThere(): Promise<boolean> {
    const isThere = await this.#check?.().then(
      () => true,
      () => false,
    );
    if (isThere === true) this.#failedInARow.clear();
    return isThere === true;
  }
}
