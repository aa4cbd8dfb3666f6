// `npm run site`: the documentation as a site in `site/`, with the reference of each library from its TSDoc. Its links
// and anchors are checked: a wrong one is a failure. Needs a build.
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LinkChecker } from "linkinator";
import { Application, Comment, CommentTag, Converter, JSX, MinimalSourceFile } from "typedoc";
import { root } from "./setup.mjs";

const out = join(root, "site");
const libraries = readdirSync(join(root, "packages")).map((folder) => join(root, "packages", folder));

const app = await Application.bootstrap({
  name: "Nix-NOS",
  readme: join(root, "docs", "index.md"),
  entryPoints: [
    ...libraries.map((folder) => join(folder, "src", "index.ts")),
    ...["etcd", "file"].map((part) => join(root, "packages", "ipam", "src", part, "index.ts")),
  ],
  tsconfig: join(root, "tsconfig.json"),
  // `npm run typecheck` does that.
  skipErrorChecking: true,
  projectDocuments: ["docs/tasks/*.md", "docs/!(index).md"].map((path) => join(root, path)),
  highlightLanguages: ["bash", "c", "diff", "ini", "javascript", "json", "nix", "sh", "typescript", "yaml"],
  groupOrder: ["Tasks", "Topics", "Libraries", "*"],
  navigation: { includeGroups: true, includeFolders: false },
  // What a library keeps to itself is named by a type now and then.
  validation: { notExported: false },
  logLevel: "Warn",
  out,
  cleanOutputDir: true,
});

/** A page is called as its first heading says, and stands among the tasks or the topics. */
app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, page) => {
  // Pages without one share it.
  page.frontmatter = { ...page.frontmatter, group: page.name.startsWith("tasks/") ? "Tasks" : "Topics" };
  page.name = /^# (.+)$/m.exec(page.content.map(({ text }) => text).join(""))?.[1] ?? page.name;
});

/** A library is called as its package, and begins with its README. */
app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project, converter }) => {
  for (const module of project.children ?? []) {
    if (!module.sources) continue;
    const path = module.sources[0].fullFileName;
    const folder = libraries.find((each) => path.startsWith(`${each}/`));
    const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const part = dirname(path).slice(join(folder, "src").length);
    module.name = `${name}${part}`;
    module.comment ??= new Comment();
    module.comment.blockTags.push(new CommentTag("@group", [{ kind: "text", text: "Libraries" }]));
    if (part !== "") continue;
    const readme = join(folder, "README.md");
    module.readme = converter.parseRawComment(
      new MinimalSourceFile(readFileSync(readme, "utf8"), readme),
      project.files,
    ).content;
    project.files.registerReflectionPath(readme, module);
    project.files.registerReflectionPath(folder, module);
  }
});

app.renderer.hooks.on("sidebar.begin", (context) =>
  JSX.createElement("a", { href: context.relativeURL("playground/index.html") }, "Playground: try it here"),
);

const project = await app.convert();
if (project === undefined) process.exit(1);
app.validate(project);
await app.generateDocs(project, out);
cpSync(join(root, "apps", "playground", "dist"), join(out, "playground"), { recursive: true });
if (app.logger.hasErrors() || app.logger.hasWarnings()) {
  console.error("A warning is a page that is not right.");
  process.exit(1);
}

// The navigation is drawn by a script, so every page is a place to begin.
const { links } = await new LinkChecker().check({
  path: "**/*.html",
  serverRoot: out,
  checkFragments: true,
  linksToSkip: async (link) => !/^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(link),
});
const broken = links.filter(({ state }) => state === "BROKEN");
for (const { parent, url, status } of broken) console.error(`${parent}: ${url} (${status})`);
console.log(`site: ${links.length} links, ${broken.length} broken`);
process.exit(broken.length > 0 || links.length === 0 ? 1 : 0);
