import type { OperatorClient } from "@plasmacloud/deployer-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { Audit } from "./audit.js";
import { type Listener, readRollout, stayLive } from "./live.js";
import { Login } from "./login.js";
import { emptyModel, type Model } from "./model.js";
import { Nodes } from "./nodes.js";
import { Rollouts } from "./rollouts.js";
import { browserClient, rememberedToken, rememberToken } from "./session.js";

const views = ["nodes", "rollouts", "audit"] as const;

/** The dashboard, behind the login. */
export function Page() {
  const [token, setToken] = useState(rememberedToken());
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isLive, setIsLive] = useState(false);
  const [client, setClient] = useState<OperatorClient | null>(null);
  const [model, change] = useModel();
  const { view, id } = usePlace();

  const listener = useRef<Listener>({
    change,
    connected: setIsLive,
    refused: (reason) => {
      setRefusal(reason);
      logOut();
    },
  }).current;

  function logOut() {
    rememberToken(null);
    setToken(null);
    change(() => emptyModel);
  }

  useEffect(() => {
    if (token === null) return;
    const leaving = new AbortController();
    const own = browserClient(token, leaving.signal, 5);
    setClient(own);
    void stayLive({ client: own, once: browserClient(token, leaving.signal, 1) }, listener, leaving.signal);
    return () => leaving.abort();
  }, [token]);

  // The newest rollout, where none was asked for; and why its nodes wait changes with each that moves on.
  const wanted = id !== null && view === "rollouts" ? id : model.rollouts[0]?.id;
  const moves = view === "rollouts" ? JSON.stringify(model.detail?.id === wanted ? model.detail?.counts : null) : "";
  useEffect(() => {
    if (client === null || wanted === undefined || view !== "rollouts") return;
    const timer = setTimeout(() => void readRollout(client, listener, wanted), model.detail?.id === wanted ? 500 : 0);
    return () => clearTimeout(timer);
  }, [client, wanted, view, moves]);

  if (token === null) {
    const onToken = (given: string) => {
      rememberToken(given);
      setRefusal(null);
      setToken(given);
    };
    return <Login refusal={refusal} onToken={onToken} />;
  }
  return (
    <>
      <header>
        <h1>Deployer</h1>
        <nav>
          {views.map((each) => (
            <a key={each} href={`#${each}`} {...(each === view ? { "aria-current": "page" } : {})}>
              {each}
            </a>
          ))}
        </nav>
        <span class={`link state ${isLive ? "good" : "wait"}`} role="status">
          {isLive ? "live" : "not connected"}
        </span>
        <button type="button" onClick={logOut}>
          Log out
        </button>
      </header>
      <main>
        {view === "nodes" && <Nodes nodes={model.nodes} unreadable={model.unreadable} />}
        {view === "rollouts" && <Rollouts rollouts={model.rollouts} detail={model.detail} />}
        {view === "audit" && <Audit entries={model.audit} />}
      </main>
    </>
  );
}

/** The model, drawn once a frame however many events come. */
function useModel(): readonly [Model, Listener["change"]] {
  const [drawn, draw] = useState(emptyModel);
  const current = useRef({ model: emptyModel, isDue: false }).current;
  const change = useRef<Listener["change"]>((next) => {
    current.model = next(current.model);
    if (current.isDue) return;
    current.isDue = true;
    setTimeout(() => {
      current.isDue = false;
      draw(current.model);
    }, 50);
  }).current;
  return [drawn, change];
}

/** What the address says: `#rollouts/ID`. */
function usePlace(): { readonly view: (typeof views)[number]; readonly id: string | null } {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const onChange = () => setHash(location.hash);
    addEventListener("hashchange", onChange);
    return () => removeEventListener("hashchange", onChange);
  }, []);
  const [name = "", id = null] = hash.slice(1).split("/");
  return { view: views.find((each) => each === name) ?? "nodes", id };
}
