import type { Box } from "../layout/geometry.js";
import type { GraphShape } from "../model.js";
import { element, type Xml } from "./xml.js";

/** A shape's outline around a box. */
export function outline(shape: GraphShape, box: Box): readonly Xml[] {
  const { x, y, width, height } = box;
  const round = (rx: number) => element("rect", { class: "shape", x, y, width, height, rx });
  switch (shape) {
    case "border":
      return [polygon(hexagon(box, Math.min(14, height / 3)))];
    case "spine":
      return [polygon(trapezium(box, 0, 14))];
    case "leaf":
      return [polygon(trapezium(box, 14, 0))];
    case "reflector":
      return [polygon(octagon(box, 9)), polygon(octagon(inset(box, 4), 7), "inner")];
    case "external":
    case "router":
    case "mesh":
      return [round(Math.min(height / 2, 20))];
    case "network":
      return [round(3), element("rect", { class: "shape", x, y: y + height - 4, width, height: 4, rx: 2 })];
    case "node":
      return [round(4)];
  }
}

type Corners = readonly (readonly [number, number])[];

function polygon(corners: Corners, name = "shape"): Xml {
  const points = corners.map(([x, y]) => `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`).join(" ");
  return element("polygon", { class: name, points });
}

function hexagon({ x, y, width, height }: Box, cut: number): Corners {
  const middle = y + height / 2;
  return [
    [x, middle],
    [x + cut, y],
    [x + width - cut, y],
    [x + width, middle],
    [x + width - cut, y + height],
    [x + cut, y + height],
  ];
}

function trapezium({ x, y, width, height }: Box, above: number, below: number): Corners {
  return [
    [x + above, y],
    [x + width - above, y],
    [x + width - below, y + height],
    [x + below, y + height],
  ];
}

function octagon({ x, y, width, height }: Box, cut: number): Corners {
  return [
    [x + cut, y],
    [x + width - cut, y],
    [x + width, y + cut],
    [x + width, y + height - cut],
    [x + width - cut, y + height],
    [x + cut, y + height],
    [x, y + height - cut],
    [x, y + cut],
  ];
}

function inset({ x, y, width, height }: Box, by: number): Box {
  return { x: x + by, y: y + by, width: width - 2 * by, height: height - 2 * by };
}
