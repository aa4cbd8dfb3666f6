/** Has whatever is done under one name wait for its turn, in this process. */
export type InTurn = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/**
 * Makes an order. It is no lock: commits compare what they read, and are right without it; but of a thousand that want
 * to change one key at once, each would have to try again for all that came before.
 */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (name, work) => {
    const before = last.get(name) ?? Promise.resolve();
    const own = before.then(work, work);
    last.set(name, own);
    try {
      return await own;
    } finally {
      if (last.get(name) === own) last.delete(name);
    }
  };
}
