/**
 * Lets a loop that waits for the next event be called to something else first.
 *
 * @module
 */

/** A call that is not lost: one that comes while nobody waits is heard by the next wait. */
export class Waker {
  #isCalled = false;
  #onCall: (() => void) | null = null;

  /** Calls the loop. */
  wake(): void {
    this.#isCalled = true;
    this.#onCall?.();
  }

  /** Resolves when the loop is called. */
  async woken(): Promise<void> {
    await this.unlessWoken(Promise.withResolvers<never>().promise);
  }

  /** Resolves with what is awaited, or with undefined when the loop is called first; what is awaited is then waited for again. */
  unlessWoken<T>(awaited: Promise<T>): Promise<T | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
    const onCall = (): void => {
      this.#isCalled = false;
      this.#onCall = null;
      resolve(undefined);
    };
    if (this.#isCalled) {
      onCall();
      return promise;
    }
    this.#onCall = onCall;
    const settle = (end: () => void) => (): void => {
      // An earlier wait for the same has ended by a call, and says nothing any more.
      if (this.#onCall === onCall) this.#onCall = null;
      end();
    };
    awaited.then(
      (value) => settle(() => resolve(value))(),
      (error) => settle(() => reject(error))(),
    );
    return promise;
  }
}
