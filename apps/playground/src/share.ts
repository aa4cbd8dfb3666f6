/** A link with more text than this in it was not made here. */
const mostBytes = 1 << 20;

/** A text as what stands after `#` in a link: deflated (RFC 1951), in base64 for URLs (RFC 4648 §5). */
export async function toFragment(text: string): Promise<string> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The text of a link; `null` for what no link of ours has. */
export async function fromFragment(fragment: string): Promise<string | null> {
  try {
    const binary = atob(fragment.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let text = "";
    let read = 0;
    // Little can unpack to much: it is counted as it comes.
    for await (const part of unpacked) {
      read += part.length;
      if (read > mostBytes) return null;
      text += decoder.decode(part, { stream: true });
    }
    return text + decoder.decode();
  } catch {
    return null;
  }
}
