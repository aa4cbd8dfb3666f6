/** A line on a terminal that says how far the work is; nothing in a pipe, and nothing in the first second. */
export function startProgress(stream: NodeJS.WritableStream): { readonly step: () => void; readonly end: () => void } {
  const isTerminal = "isTTY" in stream && stream.isTTY === true;
  const start = performance.now();
  let files = 0;
  let shownAt = start;
  let isShown = false;
  return {
    step: () => {
      files++;
      if (!isTerminal || files % 64 !== 0) return;
      const now = performance.now();
      if (now - start < 1000 || now - shownAt < 100) return;
      shownAt = now;
      isShown = true;
      stream.write(`\r${files} files rendered`);
    },
    end: () => {
      if (isShown) stream.write("\r\u001b[K");
      isShown = false;
    },
  };
}
