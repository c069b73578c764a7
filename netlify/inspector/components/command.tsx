/** One line to type or to paste elsewhere. */
import { CopyButton } from "./copy-button.tsx";

export function Command({ text, what }: { text: string; what: string }) {
  return (
    <div class="command">
      <code>{text}</code>
      <CopyButton text={text} what={what} />
    </div>
  );
}
