import { createOperatorClient, type OperatorClient } from "@plasmacloud/deployer-client";

const key = "deployer-token";

/** The token of this tab; `null` before somebody logged in, and empty for a certificate that the browser shows. */
export function rememberedToken(): string | null {
  return sessionStorage.getItem(key);
}

export function rememberToken(token: string | null): void {
  if (token === null) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, token);
}

/**
 * The client that everybody has, in a browser: the page comes from the deployer that it asks.
 *
 * @param attempts - how often a call is tried
 */
export function browserClient(token: string, signal: AbortSignal, attempts: number): OperatorClient {
  return createOperatorClient({
    server: location.origin,
    token,
    attempts,
    signal,
    fetch: (url, init) => fetch(url, init),
    wait: (milliseconds, until) => waitFor(milliseconds, until),
    now: Date.now,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  });
}

export function waitFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
