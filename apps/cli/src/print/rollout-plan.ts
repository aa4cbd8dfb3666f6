import { nodesInWords, type RolloutGroup, type RolloutPlan, waitsInWords } from "@plasmacloud/deployer-client";
import { printTable } from "./table.js";
import { count, visible } from "./text.js";

/** What a rollout would do: who begins in which wave, and why not before. */
export function printRolloutPlan(plan: RolloutPlan, width: number | null): string {
  const { generation, waves, held, skipped, groups, notes } = plan;
  const rows = [
    ...waves.flatMap((wave, index) =>
      wave.map(({ id, waitsFor }, place) => [place === 0 ? `${index + 1}` : "", id, waitsInWords(waitsFor)]),
    ),
    ...held.map(({ id, waitsFor }, place) => [place === 0 ? "held" : "", id, waitsInWords(waitsFor)]),
  ];
  const planned = new Set(rows.map(([, id]) => id));
  const own = groups.filter(({ nodes }) => nodes.length > 1 && nodes.some((node) => planned.has(node)));
  const number = waves.flat().length;
  const lines = [
    `A dry run: nothing is changed. ${generation} to ${count(number, "node")} in ${count(waves.length, "wave")}.`,
    ...(held.length > 0 ? [`${count(held.length, "node")} cannot begin as things are now.`] : []),
    ...skipped.map(({ id, message }) => `${id} is left alone: ${message}.`),
    ...own.map(groupText),
    ...notes,
  ];
  const table = rows.length === 0 ? "" : `${printTable(["wave", "node", "why not before"], rows, width)}\n`;
  return `${table}${lines.map((line) => `${visible(line)}\n`).join("")}`;
}

function groupText({ kind, name, nodes, maxDown }: RolloutGroup): string {
  const many = maxDown === 1 ? "one" : String(maxDown);
  return `Down at once at most ${many} of ${kind} ${name}: ${nodesInWords(nodes)}.`;
}
