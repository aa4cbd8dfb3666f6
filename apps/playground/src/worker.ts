import { topologyJsonSchema } from "@nix-nos/topology";
import { extensions, make } from "./make.js";
import type { Answer, Question } from "./messages.js";

const say = (answer: Answer) => postMessage(answer);

say({ kind: "schema", schema: topologyJsonSchema(extensions) });
addEventListener("message", ({ data: { text } }: MessageEvent<Question>) => {
  say({ kind: "result", text, result: make(text) });
});
