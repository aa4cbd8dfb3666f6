/**
 * A text in which everything can be seen: control characters become their pictures (a line feed is \u240a), what turns the
 * direction of writing around or is half a character becomes U+FFFD. No target language can hold all of those.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff\ufffe\uffff]/gu, (char) => {
    const code = char.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });
}
