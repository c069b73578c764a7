/**
 * Answers wait while the mouse button or a finger is down. What an answer moves on the page would take the press from what is
 * under it, or a span that is being drawn across the chart.
 */

let pressed = false;
let waiting: (() => void)[] = [];

/** Follows presses from now on: once, when the page starts. */
export function trackPointer(): void {
  addEventListener("pointerdown", ({ isPrimary, button }) => {
    if (isPrimary && button === 0) pressed = true;
  });
  // After the click that belongs to the release, which the browser makes in the same task.
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(release));
  // A release outside the window, or within a menu of the browser's own, fires no event.
  addEventListener("blur", release);
  addEventListener("pointermove", ({ buttons }) => {
    if (buttons === 0) release();
  });
}

function release(): void {
  pressed = false;
  const released = waiting;
  waiting = [];
  for (const goOn of released) goOn();
}

/** Comes back at once, or when what is pressed is let go. */
export async function waitForPointerUp(): Promise<void> {
  if (pressed) await new Promise<void>((goOn) => waiting.push(goOn));
}
