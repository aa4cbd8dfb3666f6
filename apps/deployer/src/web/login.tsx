import { useState } from "preact/hooks";

/** The same login as everywhere: an operator's token, or a certificate that the browser shows. */
export function Login({ refusal, onToken }: { refusal: string | null; onToken: (token: string) => void }) {
  const [token, setToken] = useState("");
  return (
    <form
      class="login"
      onSubmit={(event) => {
        event.preventDefault();
        onToken(token.trim());
      }}
    >
      <h1>Deployer</h1>
      {refusal !== null && (
        <p class="notice" role="alert">
          {refusal}
        </p>
      )}
      <label>
        An operator's token
        <input
          type="password"
          name="token"
          autocomplete="current-password"
          required
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
      </label>
      <div class="row">
        <button type="submit">Log in</button>
        <button type="button" onClick={() => onToken("")}>
          Use my certificate
        </button>
      </div>
      <p class="faint">It is kept in this tab until you close it or log out.</p>
    </form>
  );
}
