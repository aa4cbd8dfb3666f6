/** Colours of both the light and the dark page; strokes differ by dashes and width too, for whoever sees no colours. */
export const style = `
svg { color-scheme: light dark; font-family: system-ui, "DejaVu Sans", sans-serif; font-size: 11px;
  --page: #ffffff; --ink: #1c2128; --soft: #57606a; --frame: #c4ccd4; --tint: #f6f8fa; --box: #ffffff; --edge: #8a939d;
  --blue: #0b62d6; --green: #1a7f37; --orange: #b35900; --red: #c2222d; --violet: #7a3fc4; }
@media (prefers-color-scheme: dark) { svg {
  --page: #0d1117; --ink: #e6edf3; --soft: #9da7b1; --frame: #3d444d; --tint: #151b23; --box: #1c232c; --edge: #7d8590;
  --blue: #58a6ff; --green: #4ac26b; --orange: #e8954a; --red: #ff7b72; --violet: #bc8cff; } }
.page { fill: var(--page); }
text { fill: var(--ink); }
.title { font-size: 16px; font-weight: 600; }
.group { fill: var(--tint); stroke: var(--frame); }
.group.site { fill: none; stroke-dasharray: 2 3; }
.group.as { fill: var(--page); }
.group-label { fill: var(--soft); font-weight: 600; }
.shape { fill: var(--box); stroke: var(--soft); stroke-width: 1.3; }
.inner { fill: none; stroke: var(--violet); }
.label { font-size: 13px; font-weight: 600; text-anchor: middle; }
.line { fill: var(--soft); text-anchor: middle; }
.cell { text-anchor: middle; }
.vip { fill: var(--green); text-anchor: middle; font-weight: 600; }
.vip-box { fill: none; stroke: var(--green); }
.external .shape { stroke: var(--red); stroke-dasharray: 5 3; }
.border .shape { stroke: var(--orange); stroke-width: 2; }
.reflector .shape { stroke: var(--violet); stroke-width: 1.6; }
.spine .shape { stroke: var(--blue); stroke-width: 1.8; }
.leaf .shape { stroke: var(--blue); }
.router .shape { stroke: var(--orange); }
.network .shape { fill: var(--tint); stroke: var(--green); }
.mesh .shape { fill: var(--tint); stroke: var(--blue); stroke-dasharray: 1 2; }
.edge path { fill: none; stroke: var(--edge); stroke-width: 1.5; }
.edge .hit { stroke: transparent; stroke-width: 9; }
.edge .arrow { fill: var(--violet); stroke: none; }
.edge:hover path:not(.arrow, .hit) { stroke-width: 3.5; }
.edge-label { fill: var(--soft); text-anchor: middle; font-size: 10px; paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; }
.network.edge path { stroke: var(--green); stroke-dasharray: 1 3; stroke-linecap: round; }
.outside.edge path, .edge.external path { stroke: var(--red); stroke-dasharray: 7 4; }
.ibgp.edge path { stroke: var(--blue); }
.reflector-client.edge path { stroke: var(--violet); }
.ebgp.edge path { stroke: var(--orange); stroke-dasharray: 10 2 2 2; }
.edge path.hit { stroke: transparent; stroke-dasharray: none; }
`
  .trim()
  .replaceAll("\n", " ");
