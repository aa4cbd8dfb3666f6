import {
  countsInWords,
  isFailure,
  isUnbegun,
  isUnderway,
  type RolloutDetail,
  type RolloutNode,
  rolloutInWords,
  rolloutNodeInWords,
} from "@plasmacloud/deployer-client";
import type { Paint } from "./paint.js";
import { cut } from "./text.js";

/** A terminal as a picture is drawn for it. */
export interface Screen {
  readonly width: number;
  readonly height: number;
}

/**
 * A rollout as one picture that fits on a screen, however many nodes it has: how far it is, who failed and why, what is
 * underway, and who is next. What does not fit is counted.
 *
 * @param now - milliseconds since 1970
 */
export function drawRollout(detail: RolloutDetail, { width, height }: Screen, now: number, paint: Paint): string {
  const { id, generation, nodes, createdAt, endedAt } = detail;
  const failed = nodes.filter(({ state }) => isFailure(state));
  const givenUp = nodes.filter(({ state, message }) => state === "cancelled" && message !== null);
  const underway = nodes.filter(({ state }) => isUnderway(state));
  const building = nodes.filter(({ state }) => state === "building");
  const waiting = nodes.filter(({ state }) => isUnbegun(state) && state !== "building");
  const time = (endedAt === null ? now : Date.parse(endedAt)) - Date.parse(createdAt);
  const head = [
    paint("strong", cut(`${id}  ${generation}  ${duration(time)}`, width)),
    paint(detail.state === "Stopped" ? "error" : "strong", cut(rolloutInWords(detail), width)),
    `${progress(detail, Math.min(40, width - 2))}`,
    cut(countsInWords(detail.counts), width),
  ];
  const sections = [
    { title: "failed", nodes: failed, style: "error" },
    { title: "could not begin", nodes: givenUp, style: "error" },
    { title: "underway", nodes: underway, style: "strong" },
    { title: "building", nodes: building, style: "faint" },
    { title: "next", nodes: waiting, style: "faint" },
  ] as const;
  const shown = sections.filter((section) => section.nodes.length > 0);
  // The last line stays free for the cursor.
  const rooms = share(
    shown.map((section) => section.nodes.length),
    Math.max(0, height - 1 - head.length - 2 * shown.length),
  );
  const body = shown.flatMap((section, index) => {
    const room = rooms[index] ?? 0;
    const rows = section.nodes.length > room ? section.nodes.slice(0, Math.max(0, room - 1)) : section.nodes;
    const rest = section.nodes.length - rows.length;
    return [
      "",
      paint(section.style, cut(section.title, width)),
      ...rows.map((node) => cut(rowOf(node, now), width)),
      ...(rest > 0 && room > 0 ? [paint("faint", cut(`  and ${rest} more`, width))] : []),
    ];
  });
  return `${[...head, ...body].slice(0, Math.max(1, height - 1)).join("\n")}\n`;
}

function rowOf(node: RolloutNode, now: number): string {
  const since = isUnderway(node.state) ? duration(now - Date.parse(node.since)) : "";
  return `  ${node.id.padEnd(12)} ${node.state.padEnd(11)} ${since.padEnd(6)} ${rolloutNodeInWords(node)}`.trimEnd();
}

/** Lines for each section: all it wants where there is room, and otherwise an equal part of what is left. */
function share(wanted: readonly number[], lines: number): readonly number[] {
  const given = wanted.map(() => 0);
  for (let left = lines; left > 0; left--) {
    const open = wanted.map((want, index) => ({ index, own: given[index] ?? 0, want }));
    const next = open.filter(({ own, want }) => own < want).sort((one, other) => one.own - other.own)[0];
    if (next === undefined) break;
    given[next.index] = next.own + 1;
  }
  return given;
}

function progress({ counts, nodes }: RolloutDetail, width: number): string {
  const cells = (number: number) => Math.floor((number / Math.max(1, nodes.length)) * width);
  const done = cells(counts.done);
  const bad = Math.min(width - done, cells(nodes.filter(({ state }) => isFailure(state)).length));
  return `${"█".repeat(done)}${"▒".repeat(bad)}${"·".repeat(width - done - bad)}`;
}

/** `12 s`, `3 min`, `2 h 5 min`. */
function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
