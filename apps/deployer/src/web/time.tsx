import { useEffect, useState } from "preact/hooks";

const units = [
  { name: "day", seconds: 86_400 },
  { name: "hour", seconds: 3600 },
  { name: "minute", seconds: 60 },
  { name: "second", seconds: 1 },
] as const;
const words = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "narrow" });

/** How long ago something was, kept right; the time itself is its tooltip. */
export function Ago({ at }: { readonly at: string }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 5000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(at)) / 1000));
  const unit = units.find((each) => seconds >= each.seconds) ?? units[3];
  return (
    <time dateTime={at} title={at}>
      {words.format(-Math.floor(seconds / unit.seconds), unit.name)}
    </time>
  );
}
