/** One thing that can be well or not, in a word and a sentence. */
import type { ComponentChildren } from "preact";
import { Tag, type Tone } from "../../components/tag.tsx";

export function HealthCard({
  title,
  tone,
  word,
  children,
}: {
  title: string;
  tone: Tone;
  word: string;
  children: ComponentChildren;
}) {
  return (
    <section class={`card ${tone}`}>
      <h2>
        {title} <Tag tone={tone}>{word}</Tag>
      </h2>
      {children}
    </section>
  );
}
