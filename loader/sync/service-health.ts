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

/** So many different records may fail with nothing good between them; then the service counts as down. */
export const failedInARowMax = 20;
/** A record whose tries fell into an outage is asked for anew this often. */
const roundsMax = 3;
/** Between a refusal, which may be a slip, and the second question. */
const confirmDelayMs = 1000;

export type ServiceHealthOptions = {
  readonly effects: Effects;
  /** Asks for something that any healthy service answers, and waits for it; rejects when the service is down. */
  readonly probe: () => Promise<Probe>;
  readonly signal: AbortSignal;
};

export type RecordRequestOptions = {
  /** A record that is not there is asked for once more before the 404 is passed on. */
  readonly retriesNotFound?: boolean;
  /** An earlier run could not have it: its failure says nothing about the service. */
  readonly isKnownToFail?: boolean;
  /** Asks for the same record and does nothing with it: once it was had, it tells whether the service still gives it. */
  readonly check?: () => Promise<unknown>;
};

/**
 * Tells a bad record from a bad service.
 *
 * The states of the service, as far as this run knows:
 * - *good*: the last record that was asked for came.
 * - *doubtful*: a record failed. The probe decides: an answer at once → the record is bad; an answer after a wait → there
 *   was an outage, and the record is asked for anew; none → down. The next good record leads back to good.
 * - *down*: the probe failed; or `failedInARowMax` different records did, and the last good one does now, too. The run
 *   ends, and what came before is stored.
 * Callers run side by side: the probe under way serves all of them.
 */
export class ServiceHealth {
  readonly #options: ServiceHealthOptions;
  readonly #failedInARow = new Set<string>();
  #probing: Promise<Probe> | undefined;
  /** Asks for the last record that was had. */
  #check: (() => Promise<unknown>) | undefined;

  constructor(options: ServiceHealthOptions) {
    this.#options = options;
  }

  /**
   * Asks for one record.
   * @param name of the record, for messages and for counting
   * @param request throws FailedRecordError for an answer that is not the record
   * Errors: FailedRecordError when the record can't be had and the service is up; NotFoundError; ServiceDownError and
   * whatever else ends the run.
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
        if (round < roundsMax && (await this.#shouldRetry(name, error, round))) continue;
        throw await this.#failed(options.isKnownToFail === true ? undefined : name, error);
      }
    }
  }

  /** Something else than a record failed. Errors: ServiceDownError when nothing else is answered either. */
  async confirmUp(failure: UnavailableError): Promise<void> {
    await this.#probe().catch(() => {
      this.#options.signal.throwIfAborted();
      throw new ServiceDownError(failure.message, { cause: failure });
    });
  }

  /** A refusal may be a slip, and is asked about once more; an outage is waited for. */
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

  /** @param name undefined of a record that was known to fail */
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

  /** Bad records may all fail at the end, after every good one: a good one is asked for once more. */
  async #isLastGoodStillThere(): Promise<boolean> {
    const isThere = await this.#check?.().then(
      () => true,
      () => false,
    );
    if (isThere === true) this.#failedInARow.clear();
    return isThere === true;
  }
}
